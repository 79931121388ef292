#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <optional>

#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// SHA-1, SHA-256, SHA-384 or SHA-512 by OpenSSL's number; fetched once, never freed.
const EVP_MD* digest(int nid);

/// An EVP_PKEY with nothing but the parameters of a named curve, to make keys from; made once for
/// P-256, P-384 and P-521. Null for other curves.
EVP_PKEY* curve_parameters(int curve_nid);

/// The arithmetic of a named curve; made once for P-256, P-384 and P-521, as that costs more than a computation on
/// P-256. Null for other curves.
const EC_GROUP* curve_group(int curve_nid);

/// How a key signs here: SHA-256 for RSA and curves up to 256 bits, SHA-384 up to 384, SHA-512
/// above, none for Ed25519, Ed448 and ML-DSA.
struct Scheme {
    const EVP_MD* digest;        ///< null where the algorithm has its own
    Bytes algorithm_identifier;  ///< DER (RFC 5280, 4.1.1.2)
};
/// Nothing for keys that no certificate or request is signed with here (DSA, X25519, RSA-PSS).
std::optional<Scheme> scheme_of(const EVP_PKEY& key);
/// For a key that is known to have one. Throws Code::failed.
Scheme require_scheme(const EVP_PKEY& key);

Bytes sign(EVP_PKEY* key, const Scheme& scheme, ByteView data);

enum class SignatureVerdict { good, bad, unsupported };
/// `unsupported` when `algorithm` is not one of `Scheme` with SHA-256, SHA-384 or SHA-512, or is for
/// another kind of key; then nothing was verified.
SignatureVerdict verify(EVP_PKEY* key, const X509_ALGOR& algorithm, ByteView signature, ByteView data);

}  // namespace rekey::crypto
