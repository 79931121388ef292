#include "crypto/keys/key.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <bit>

#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/der.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/encoding/pem.hpp"
#include "crypto/keys/algorithm.hpp"
#include "crypto/keys/public_key.hpp"

namespace rekey::crypto {

namespace {

using KeyContext = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using PrivateKeyInfo = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

/// From parameters made before: asking for the curve by name costs as much as the key itself.
Pkey generate_ec(int curve_nid) {
    KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, curve_parameters(curve_nid), nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_keygen_init(context.get()) != 1 || EVP_PKEY_generate(context.get(), &key) != 1)
        fail("OpenSSL cannot make an EC key");
    return Pkey(key);
}

Pkey generate_any(std::string_view name) {
    if (name == "ec-p256") return generate_ec(NID_X9_62_prime256v1);
    if (name == "ec-p384") return generate_ec(NID_secp384r1);
    if (name == "ec-p521") return generate_ec(NID_secp521r1);
    if (const auto* kind = ml_dsa(name)) return Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, kind->openssl_name));
    if (name == "ed25519") return Pkey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    return Pkey(EVP_RSA_gen(name == "rsa-2048" ? 2048U : name == "rsa-3072" ? 3072U : 4096U));  // exponent 65537
}

Secret join(ByteView before, ByteView secret, ByteView after = {}) {
    Secret whole(before.size() + secret.size() + after.size());
    auto* out = std::copy(before.begin(), before.end(), whole.data());
    out = std::copy(secret.begin(), secret.end(), out);
    std::copy(after.begin(), after.end(), out);
    return whole;
}

Bytes concat(ByteView one, ByteView two) {
    Bytes both = to_bytes(one);
    both.insert(both.end(), two.begin(), two.end());
    return both;
}

/// PrivateKeyInfo (RFC 5958, 2) around what the algorithm has for a private key.
Secret wrap(ByteView algorithm_identifier, ByteView private_key) {
    Bytes version = der::small_integer(0);
    Bytes octets = der::header(der::octet_string_tag, private_key.size());
    std::size_t length = version.size() + algorithm_identifier.size() + octets.size() + private_key.size();
    Bytes head = concat(der::header(der::sequence_tag, length), version);
    return join(concat(concat(head, algorithm_identifier), octets), private_key);
}

/// ECPrivateKey (RFC 5915, 3) with the public key, without the parameters that are outside already.
Secret ec_private_key(const EVP_PKEY& key, ByteView point) {
    Secret scalar(static_cast<std::size_t>(EVP_PKEY_get_bits(&key) + 7) / 8);
    // Into our own memory: EVP_PKEY_get_bn_param leaves the number on the stack.
    OSSL_PARAM wanted[] = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, scalar.data(), scalar.size()),
                           OSSL_PARAM_construct_end()};
    if (EVP_PKEY_get_params(&key, wanted) != 1) fail("OpenSSL does not give the private key");
    // Parameters are in the machine's order, DER is big-endian (RFC 5915, 3).
    if constexpr (std::endian::native == std::endian::little)
        std::reverse(scalar.data(), scalar.data() + scalar.size());
    Bytes public_part = der::value(der::context(1, true), {der::bit_string(point)});
    Bytes version = der::small_integer(1);
    Bytes octets = der::header(der::octet_string_tag, scalar.size());
    std::size_t length = version.size() + octets.size() + scalar.size() + public_part.size();
    Bytes head = concat(concat(der::header(der::sequence_tag, length), version), octets);
    return join(head, scalar.view(), public_part);
}

Secret encode_ec(const EVP_PKEY& key, ByteView public_key) {
    auto info = parse_key_info(public_key);
    if (!info) fail("OpenSSL does not give the public key");
    unsigned char* encoded = nullptr;
    int length = i2d_X509_ALGOR(info->algorithm, &encoded);
    Handle<unsigned char, [](unsigned char* bytes) { OPENSSL_free(bytes); }> owner(encoded);
    if (length <= 0) fail("OpenSSL cannot encode the private key");
    return wrap({encoded, static_cast<std::size_t>(length)}, ec_private_key(key, bytes_of(*info->bits)).view());
}

Secret encode_ed25519(const EVP_PKEY& key) {
    Secret seed(32);
    std::size_t length = seed.size();
    require(EVP_PKEY_get_raw_private_key(&key, seed.data(), &length), "OpenSSL does not give the private key");
    Secret octets = join(der::header(der::octet_string_tag, length), seed.view());  // RFC 8410, 7
    return wrap(der::sequence({der::oid(NID_ED25519)}), octets.view());
}

/// Through OpenSSL's encoder, for keys that are rare or expensive anyway.
Secret encode_any(const EVP_PKEY& key) {
    PrivateKeyInfo info(EVP_PKEY2PKCS8(&key));
    int length = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr) : 0;
    if (length <= 0) fail("OpenSSL cannot encode the private key");
    Secret encoded(static_cast<std::size_t>(length));
    unsigned char* at = encoded.data();
    if (i2d_PKCS8_PRIV_KEY_INFO(info.get(), &at) != length) fail("OpenSSL cannot encode the private key");
    return encoded;
}

}  // namespace

PrivateKey::PrivateKey(Pkey key) : key_(std::move(key)) {
    // Of a key whose size it had no memory to settle, OpenSSL 3.0 says that it has none, and gives it as no bytes.
    if (EVP_PKEY_get_bits(key_.get()) <= 0 || EVP_PKEY_get_size(key_.get()) <= 0) fail("OpenSSL does not know the key");
    public_key_ = encode_public_key(*key_);
}

std::string PrivateKey::name() const { return name_of(*key_); }

PrivateKey PrivateKey::generate(std::string_view key_name) {
    require_makeable(key_name);
    CleanErrors clean;
    Pkey key = generate_any(key_name);
    if (!key) fail(fmt::format("OpenSSL cannot make the key {}", key_name));
    return PrivateKey(std::move(key));
}

Secret PrivateKey::to_pem() const {
    CleanErrors clean;
    std::string kind = name();
    bool is_named_curve = kind.starts_with("ec-") && kind != "ec-explicit";
    Secret info = is_named_curve      ? encode_ec(*key_, public_key_)
                  : kind == "ed25519" ? encode_ed25519(*key_)
                                      : encode_any(*key_);
    return encode_secret_pem("PRIVATE KEY", info.view());
}

}  // namespace rekey::crypto
