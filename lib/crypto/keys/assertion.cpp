#include "crypto/keys/assertion.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#include <nlohmann/json.hpp>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/der.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/keys/algorithm.hpp"

namespace rekey::crypto {

namespace {

using Json = nlohmann::ordered_json;
using Number = Handle<BIGNUM, BN_free>;
using Signature = Handle<ECDSA_SIG, ECDSA_SIG_free>;

constexpr int coordinate_size = 32;  // of P-256
constexpr const char* p256 = "ec-p256";

/// R ‖ S (RFC 7518, 3.4), where OpenSSL has them in DER.
Bytes raw_signature(ByteView der) {
    const unsigned char* at = der.data();
    Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    Bytes raw(std::size_t{2} * coordinate_size);
    if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), coordinate_size) != coordinate_size ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + coordinate_size, coordinate_size) !=
            coordinate_size)
        fail("OpenSSL made a signature that is none");
    return raw;
}

/// Text that came from outside goes into JSON as what it is, or not at all.
std::string write(const Json& json) {
    try {
        return json.dump();
    } catch (const nlohmann::json::exception&) {
        throw Error(Code::usage, "a client ID, key ID or audience that is not UTF-8",
                    "copy it from the provider again");
    }
}

void require_complete(const Assertion& what) {
    if (what.client_id.empty() || what.key_id.empty() || what.audience.empty())
        throw Error(Code::usage, "no client ID, key ID or audience to sign an assertion with");
    if (what.lifetime <= Seconds{0}) throw Error(Code::usage, "an assertion whose life ends before it begins");
}

/// A file may have its public point compressed, or not at all; the coordinates are always the same.
Bytes uncompressed_point(const EVP_PKEY& key) {
    Bytes point(1 + 2 * coordinate_size);
    point[0] = POINT_CONVERSION_UNCOMPRESSED;
    auto put = [&](const char* coordinate, std::uint8_t* out) {
        BIGNUM* number = nullptr;
        int got = EVP_PKEY_get_bn_param(&key, coordinate, &number);
        Number owner(number);
        if (got != 1 || BN_bn2binpad(number, out, coordinate_size) != coordinate_size)
            fail("OpenSSL does not give the public key");
    };
    put(OSSL_PKEY_PARAM_EC_PUB_X, point.data() + 1);
    put(OSSL_PKEY_PARAM_EC_PUB_Y, point.data() + 1 + coordinate_size);
    return point;
}

}  // namespace

std::string make_assertion(const PrivateKey& key, const Assertion& what) {
    require_p256(key);
    require_complete(what);
    CleanErrors clean;
    Json header = {{"alg", "ES256"}, {"typ", "JWT"}, {"kid", what.key_id}};
    Json claims = {{"iss", what.client_id},
                   {"sub", what.client_id},
                   {"aud", what.audience},
                   {"iat", unix_seconds(what.issued_at)},
                   {"exp", unix_seconds(what.issued_at + what.lifetime)},
                   {"jti", to_hex(random_bytes(16))}};
    std::string token = encode_base64url(view_of(write(header))) + "." + encode_base64url(view_of(write(claims)));
    Scheme ecdsa{digest(NID_sha256), {}};
    Bytes signature = raw_signature(sign(key.get(), ecdsa, view_of(token)));
    return token + "." + encode_base64url(signature);
}

void require_p256(const PrivateKey& key) {
    std::string kind = key.name();
    if (kind == p256) return;
    std::string what =
        kind == "ec-explicit" ? "an EC key with its parameters spelt out" : fmt::format("a key of the kind {}", kind);
    throw Error(Code::usage, fmt::format("{}, where one on P-256 ({}) is needed", what, p256),
                "take the key that the provider made for this client ID");
}

Sha256 key_fingerprint(const PrivateKey& key) {
    CleanErrors clean;
    if (key.name() != p256) return sha256(key.public_key());
    return sha256(der::sequence({der::sequence({der::oid(NID_X9_62_id_ecPublicKey), der::oid(NID_X9_62_prime256v1)}),
                                 der::bit_string(uncompressed_point(*key.get()))}));
}

}  // namespace rekey::crypto
