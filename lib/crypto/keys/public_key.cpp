#include "crypto/keys/public_key.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/params.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text/letters.hpp"
#include "crypto/encoding/der.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/keys/algorithm.hpp"

namespace rekey::crypto {

namespace {

using KeyContext = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Number = Handle<BIGNUM, BN_free>;
using Buffer = Handle<unsigned char, [](unsigned char* bytes) { OPENSSL_free(bytes); }>;

constexpr std::size_t largest_point = 1 + 2 * 66;  // P-521, uncompressed

int curve_of(const EVP_PKEY& key) {
    std::array<char, 80> name{};
    std::size_t length = 0;
    if (EVP_PKEY_get_group_name(&key, name.data(), name.size(), &length) != 1) return NID_undef;
    return OBJ_txt2nid(name.data());
}

/// NID_undef for explicit parameters.
int curve_of(const KeyInfo& info) {
    int type = V_ASN1_UNDEF;
    const void* value = nullptr;
    X509_ALGOR_get0(nullptr, &type, &value, info.algorithm);
    return type == V_ASN1_OBJECT ? OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(value)) : NID_undef;
}

/// Through OpenSSL's encoder, for keys that are rare or expensive anyway.
Bytes encode_any_public(const EVP_PKEY& key) {
    unsigned char* encoded = nullptr;
    int length = i2d_PUBKEY(&key, &encoded);
    Buffer owner(encoded);
    if (length <= 0) fail("OpenSSL cannot encode the public key");
    return {encoded, encoded + length};
}

[[noreturn]] void refuse_request_key(std::string_view what) {
    throw Error(Code::refused, fmt::format("the request's key is not supported: {}", what),
                "use one of " + makeable_kinds());
}

[[noreturn]] void refuse_damaged_request_key() {
    require_memory();
    throw Error(Code::refused, "the request's key is damaged", "make the key and the request again");
}

Pkey import_ec(const KeyInfo& info) {
    int curve_nid = curve_of(info);
    if (curve_nid == NID_undef) refuse_request_key("explicit EC parameters instead of a named curve");
    if (curve_nid != NID_X9_62_prime256v1 && curve_nid != NID_secp384r1 && curve_nid != NID_secp521r1)
        refuse_request_key(curve_name(curve_nid));
    ByteView point = bytes_of(*info.bits);
    // One byte is the point at infinity, which OpenSSL takes for a point but nobody for a key.
    if (point.size() < 2 || point.size() > largest_point) refuse_damaged_request_key();
    Pkey key;
    if (EVP_PKEY* parameters = curve_parameters(curve_nid)) {
        key.reset(EVP_PKEY_new());
        if (!key || EVP_PKEY_copy_parameters(key.get(), parameters) != 1) fail("OpenSSL cannot make an EC key");
        if (EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()) != 1) refuse_damaged_request_key();
    } else {
        KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
        OSSL_PARAM parts[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(OBJ_nid2sn(curve_nid)), 0),
            OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<std::uint8_t*>(point.data()),
                                              point.size()),
            OSSL_PARAM_construct_end()};
        EVP_PKEY* made = nullptr;
        if (!context || EVP_PKEY_fromdata_init(context.get()) != 1) fail("OpenSSL cannot make an EC key");
        if (EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parts) != 1) refuse_damaged_request_key();
        key.reset(made);
    }
    if (!std::ranges::equal(encode_ec_public_key(curve_nid, point), bytes_of(info.encoding)))
        refuse_damaged_request_key();
    return key;
}

Pkey import_ed25519(const KeyInfo& info) {
    ByteView point = bytes_of(*info.bits);
    Bytes expected = der::sequence({der::sequence({der::oid(NID_ED25519)}), der::bit_string(point)});
    Pkey key(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, point.data(), point.size()));
    if (!key || !std::ranges::equal(expected, bytes_of(info.encoding))) refuse_damaged_request_key();
    return key;
}

Pkey import_ml_dsa(const KeyInfo& info, const MlDsa& kind) {
    ByteView bits = bytes_of(*info.bits);
    Bytes expected = der::sequence({algorithm_identifier(kind), der::bit_string(bits)});
    Pkey key(EVP_PKEY_new_raw_public_key_ex(nullptr, kind.openssl_name, nullptr, bits.data(), bits.size()));
    if (!key && !can_make(kind.name)) refuse_request_key(fmt::format("{}, which OpenSSL has from 3.5 on", kind.name));
    if (!key || !std::ranges::equal(expected, bytes_of(info.encoding))) refuse_damaged_request_key();
    return key;
}

/// Native byte order, as OSSL_PARAM has numbers.
Bytes native(const BIGNUM& number) {
    Bytes bytes(static_cast<std::size_t>(BN_num_bytes(&number)));
    BN_bn2nativepad(&number, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
}

Pkey import_rsa(const KeyInfo& info) {
    constexpr int fewest_bits = 2048;
    constexpr int most_bits = 8192;
    constexpr int most_exponent_bits = 64;  // what verifying costs grows with it
    auto numbers = parse_rsa_numbers(bytes_of(*info.bits));
    if (!numbers) refuse_damaged_request_key();
    Number modulus(ASN1_INTEGER_to_BN(numbers->modulus, nullptr));
    Number exponent(ASN1_INTEGER_to_BN(numbers->exponent, nullptr));
    if (!modulus || !exponent || BN_is_negative(modulus.get()) || BN_is_negative(exponent.get()))
        refuse_damaged_request_key();
    int bits = BN_num_bits(modulus.get());
    if (bits < fewest_bits || bits > most_bits) refuse_request_key(fmt::format("rsa-{}", bits));
    if (!BN_is_odd(modulus.get()) || !BN_is_odd(exponent.get()) || BN_is_one(exponent.get()) ||
        BN_num_bits(exponent.get()) > most_exponent_bits)
        refuse_damaged_request_key();
    constexpr std::uint8_t null_value[] = {der::null_tag, 0};
    Bytes expected =
        der::sequence({der::sequence({der::oid(NID_rsaEncryption), null_value}),
                       der::bit_string(der::sequence({der::unsigned_integer(bytes_of(*numbers->modulus)),
                                                      der::unsigned_integer(bytes_of(*numbers->exponent))}))});
    if (!std::ranges::equal(expected, bytes_of(info.encoding))) refuse_damaged_request_key();
    Bytes n = native(*modulus);
    Bytes e = native(*exponent);
    KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    OSSL_PARAM parts[] = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n.data(), n.size()),
                          OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e.data(), e.size()),
                          OSSL_PARAM_construct_end()};
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1) fail("OpenSSL cannot make an RSA key");
    if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parts) != 1) refuse_damaged_request_key();
    return Pkey(key);
}

/// Any point of these curves but the one at infinity is a public key, as their cofactor is 1 (SEC 1, 3.2.2).
bool is_on_curve(const EC_GROUP& group, ByteView encoded) {
    Handle<EC_POINT, EC_POINT_free> point(EC_POINT_new(&group));
    return point && encoded.size() >= 2 && encoded.size() <= largest_point &&
           EC_POINT_oct2point(&group, point.get(), encoded.data(), encoded.size(), nullptr) == 1;
}

Pkey decode_any_public(ByteView key_info) {
    const unsigned char* at = key_info.data();
    return Pkey(d2i_PUBKEY(nullptr, &at, static_cast<long>(key_info.size())));
}

}  // namespace

Bytes encode_ec_public_key(int curve_nid, ByteView point) {
    return der::sequence(
        {der::sequence({der::oid(NID_X9_62_id_ecPublicKey), der::oid(curve_nid)}), der::bit_string(point)});
}

Bytes encode_public_key(const EVP_PKEY& key) {
    if (EVP_PKEY_is_a(&key, "EC")) {
        int curve_nid = curve_of(key);
        std::array<std::uint8_t, largest_point> point{};
        std::size_t length = 0;
        if (curve_nid != NID_undef &&
            EVP_PKEY_get_octet_string_param(&key, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(), &length) == 1)
            return encode_ec_public_key(curve_nid, ByteView(point.data(), length));
    }
    return encode_any_public(key);
}

std::string curve_name(int curve_nid) {
    if (curve_nid == NID_undef) return "ec-explicit";
    const char* nist = EC_curve_nid2nist(curve_nid);
    if (nist != nullptr && std::string_view(nist).starts_with("P-")) return fmt::format("ec-p{}", nist + 2);
    return fmt::format("ec-{}", OBJ_nid2sn(curve_nid));
}

std::string name_of(const EVP_PKEY& key) {
    CleanErrors clean;
    if (EVP_PKEY_is_a(&key, "EC")) {
        // OpenSSL finds a named curve's parameters where they are spelt out; verifiers do not.
        int is_explicit = 0;
        EVP_PKEY_get_int_param(&key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is_explicit);
        return curve_name(is_explicit != 0 ? NID_undef : curve_of(key));
    }
    for (const char* sized : {"RSA", "RSA-PSS", "DSA", "DH"})
        if (EVP_PKEY_is_a(&key, sized)) return fmt::format("{}-{}", lower_case(sized), EVP_PKEY_get_bits(&key));
    const char* name = EVP_PKEY_get0_type_name(&key);
    return lower_case(name != nullptr ? name : "unknown");
}

std::string name_of(const KeyInfo& info) {
    CleanErrors clean;
    if (const auto* kind = ml_dsa(*info.algorithm->algorithm)) return std::string(kind->name);
    switch (OBJ_obj2nid(info.algorithm->algorithm)) {
        case NID_X9_62_id_ecPublicKey:
            return curve_name(curve_of(info));
        case NID_ED25519:
            return "ed25519";
        case NID_rsaEncryption:
            if (auto numbers = parse_rsa_numbers(bytes_of(*info.bits))) {
                Number modulus(ASN1_INTEGER_to_BN(numbers->modulus, nullptr));
                if (modulus) return fmt::format("rsa-{}", BN_num_bits(modulus.get()));
            }
            break;
        default:
            if (Pkey key = decode_any_public(bytes_of(info.encoding))) return name_of(*key);
    }
    std::array<char, 128> text{};
    OBJ_obj2txt(text.data(), static_cast<int>(text.size()), info.algorithm->algorithm, 0);
    return lower_case(text.data());
}

Pkey import_public_key(const KeyInfo& info) {
    if (const auto* kind = ml_dsa(*info.algorithm->algorithm)) return import_ml_dsa(info, *kind);
    switch (OBJ_obj2nid(info.algorithm->algorithm)) {
        case NID_X9_62_id_ecPublicKey:
            return import_ec(info);
        case NID_ED25519:
            return import_ed25519(info);
        case NID_rsaEncryption:
            return import_rsa(info);
        default:
            refuse_request_key(name_of(info));
    }
}

bool is_usable(const KeyInfo& info) {
    int curve_nid = OBJ_obj2nid(info.algorithm->algorithm) == NID_X9_62_id_ecPublicKey ? curve_of(info) : NID_undef;
    if (const EC_GROUP* group = curve_nid != NID_undef ? curve_group(curve_nid) : nullptr)
        return is_on_curve(*group, bytes_of(*info.bits)) &&
               std::ranges::equal(encode_ec_public_key(curve_nid, bytes_of(*info.bits)), bytes_of(info.encoding));
    try {
        return import_public_key(info) != nullptr;
    } catch (const Error&) {
        return false;
    }
}

Bytes key_identifier(const KeyInfo& info) {
    ByteView bits = bytes_of(*info.bits);
    Bytes identifier(20);
    require(EVP_Digest(bits.data(), bits.size(), identifier.data(), nullptr, digest(NID_sha1), nullptr),
            "OpenSSL cannot hash a public key");
    return identifier;
}

bool is_same_key(ByteView one_key_info, ByteView other_key_info) {
    if (std::ranges::equal(one_key_info, other_key_info)) return !one_key_info.empty();
    // A point may be compressed here and not there, NULL parameters present or absent.
    CleanErrors clean;
    Pkey one = decode_any_public(one_key_info);
    Pkey other = decode_any_public(other_key_info);
    return one && other && EVP_PKEY_eq(one.get(), other.get()) == 1;
}

}  // namespace rekey::crypto
