#include "crypto/keys/algorithm.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/params.h>

#include "crypto/encoding/der.hpp"
#include "crypto/keys/key.hpp"

namespace rekey::crypto {

namespace {

using DigestContext = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
using KeyContext = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

const EVP_MD* fetch(const char* name) {
    EVP_MD* fetched = EVP_MD_fetch(nullptr, name, nullptr);
    if (fetched == nullptr) fail(std::string(name) + " is not available from OpenSSL");
    return fetched;
}

EVP_PKEY* make_parameters(int curve_nid) {
    KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(OBJ_nid2sn(curve_nid)), 0),
        OSSL_PARAM_construct_end()};
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEY_PARAMETERS, parameters) != 1)
        fail("OpenSSL does not offer the curve " + std::string(OBJ_nid2sn(curve_nid)));
    return key;
}

const EC_GROUP* make_group(int curve_nid) {
    const EC_GROUP* group = EC_GROUP_new_by_curve_name(curve_nid);
    if (group == nullptr) fail("OpenSSL does not offer the curve " + std::string(OBJ_nid2sn(curve_nid)));
    return group;
}

Scheme with(int digest_nid, int key_nid) {
    int signature_nid = NID_undef;
    if (OBJ_find_sigid_by_algs(&signature_nid, digest_nid, key_nid) != 1) fail("OpenSSL has no such signature");
    // RFC 4055, 5: NULL for RSA; RFC 5758, 3.2 and RFC 8410, 3: absent for the others.
    constexpr std::uint8_t null_value[] = {der::null_tag, 0};
    bool is_rsa = key_nid == NID_rsaEncryption;
    return {digest_nid == NID_undef ? nullptr : digest(digest_nid),
            der::sequence({der::oid(signature_nid), is_rsa ? ByteView(null_value) : ByteView()})};
}

/// What a signature of this algorithm by this kind of key hashes with: null where the algorithm has its own digest.
/// Nothing when the two do not fit, or the digest is none that is accepted.
std::optional<const EVP_MD*> digest_for(const EVP_PKEY& key, const ASN1_OBJECT& signature_algorithm) {
    if (const auto* kind = ml_dsa(signature_algorithm))
        return ml_dsa(key) == kind ? std::optional<const EVP_MD*>(nullptr) : std::nullopt;
    int digest_nid = NID_undef;
    int key_nid = NID_undef;
    if (OBJ_find_sigid_algs(OBJ_obj2nid(&signature_algorithm), &digest_nid, &key_nid) != 1) return std::nullopt;
    bool has_own_digest = key_nid == NID_ED25519 || key_nid == NID_ED448;
    bool is_known = has_own_digest || key_nid == NID_X9_62_id_ecPublicKey || key_nid == NID_rsaEncryption;
    if (!is_known || !EVP_PKEY_is_a(&key, OBJ_nid2sn(key_nid))) return std::nullopt;
    if (has_own_digest) return nullptr;
    if (digest_nid != NID_sha256 && digest_nid != NID_sha384 && digest_nid != NID_sha512) return std::nullopt;
    return digest(digest_nid);
}

Scheme without_digest(int key_nid) { return {nullptr, der::sequence({der::oid(key_nid)})}; }

}  // namespace

const EVP_MD* digest(int nid) {
    switch (nid) {
        case NID_sha1: {
            static const EVP_MD* const sha1 = fetch("SHA1");
            return sha1;
        }
        case NID_sha256: {
            static const EVP_MD* const sha256 = fetch("SHA256");
            return sha256;
        }
        case NID_sha384: {
            static const EVP_MD* const sha384 = fetch("SHA384");
            return sha384;
        }
        case NID_sha512: {
            static const EVP_MD* const sha512 = fetch("SHA512");
            return sha512;
        }
        default:
            throw Error(Code::failed, "a digest is asked for that is not used here");
    }
}

EVP_PKEY* curve_parameters(int curve_nid) {
    switch (curve_nid) {
        case NID_X9_62_prime256v1: {
            static EVP_PKEY* const p256 = make_parameters(NID_X9_62_prime256v1);
            return p256;
        }
        case NID_secp384r1: {
            static EVP_PKEY* const p384 = make_parameters(NID_secp384r1);
            return p384;
        }
        case NID_secp521r1: {
            static EVP_PKEY* const p521 = make_parameters(NID_secp521r1);
            return p521;
        }
        default:
            return nullptr;
    }
}

const EC_GROUP* curve_group(int curve_nid) {
    switch (curve_nid) {
        case NID_X9_62_prime256v1: {
            static const EC_GROUP* const p256 = make_group(NID_X9_62_prime256v1);
            return p256;
        }
        case NID_secp384r1: {
            static const EC_GROUP* const p384 = make_group(NID_secp384r1);
            return p384;
        }
        case NID_secp521r1: {
            static const EC_GROUP* const p521 = make_group(NID_secp521r1);
            return p521;
        }
        default:
            return nullptr;
    }
}

std::optional<Scheme> scheme_of(const EVP_PKEY& key) {
    if (EVP_PKEY_is_a(&key, "EC")) {
        int bits = EVP_PKEY_get_bits(&key);
        int digest_nid = bits <= 256 ? NID_sha256 : bits <= 384 ? NID_sha384 : NID_sha512;
        return with(digest_nid, NID_X9_62_id_ecPublicKey);
    }
    if (EVP_PKEY_is_a(&key, "RSA")) return with(NID_sha256, NID_rsaEncryption);
    if (EVP_PKEY_is_a(&key, "ED25519")) return without_digest(NID_ED25519);
    if (EVP_PKEY_is_a(&key, "ED448")) return without_digest(NID_ED448);
    if (const auto* kind = ml_dsa(key)) return Scheme{nullptr, algorithm_identifier(*kind)};
    return std::nullopt;
}

Scheme require_scheme(const EVP_PKEY& key) {
    auto scheme = scheme_of(key);
    if (!scheme) fail("OpenSSL cannot sign with the key");
    return *scheme;
}

Bytes sign(EVP_PKEY* key, const Scheme& scheme, ByteView data) {
    DigestContext context(EVP_MD_CTX_new());
    auto size = EVP_PKEY_get_size(key);
    if (!context || size <= 0) fail("OpenSSL cannot sign with the key");
    Bytes signature(static_cast<std::size_t>(size));
    std::size_t length = signature.size();
    require(EVP_DigestSignInit(context.get(), nullptr, scheme.digest, nullptr, key), "OpenSSL cannot sign");
    require(EVP_DigestSign(context.get(), signature.data(), &length, data.data(), data.size()), "OpenSSL cannot sign");
    // OpenSSL 3.0 calls an ECDSA signature made that it had no memory to encode, of 4,294,967,295 bytes.
    if (length == 0 || length > signature.size()) fail("OpenSSL cannot sign");
    signature.resize(length);
    return signature;
}

SignatureVerdict verify(EVP_PKEY* key, const X509_ALGOR& algorithm, ByteView signature, ByteView data) {
    auto digest_of = digest_for(*key, *algorithm.algorithm);
    if (!digest_of) return SignatureVerdict::unsupported;
    DigestContext context(EVP_MD_CTX_new());
    if (!context || EVP_DigestVerifyInit(context.get(), nullptr, *digest_of, nullptr, key) != 1)
        fail("OpenSSL cannot verify a signature");
    // 0 and negative alike: a signature that is no DER is as bad as one that does not fit.
    int result = EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(), data.size());
    return result == 1 ? SignatureVerdict::good : SignatureVerdict::bad;
}

}  // namespace rekey::crypto
