#include "crypto/certificates/signature.hpp"

#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/keys/algorithm.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

namespace {

/// Decodes the public key of `certificate` first, so that it comes second.
bool verify_with_openssl(const X509Certificate& certificate, EVP_PKEY* key) {
    try {
        return X509_verify(certificate.get(), key) == 1;
    } catch (const Error& error) {
        if (error.code() != Code::usage) throw;
        return false;
    }
}

}  // namespace

bool is_signed_by(const X509Certificate& certificate, const X509Certificate& issuer) {
    CleanErrors clean;
    const CertificateFields& fields = certificate.fields();
    if (X509_NAME_cmp(fields.info->issuer, issuer.fields().info->subject) != 0) return false;
    // The algorithm is named twice, and only one of them is signed.
    if (X509_ALGOR_cmp(fields.info->signature, fields.algorithm) != 0 || !is_whole(*fields.signature)) return false;
    EVP_PKEY* key = X509_get0_pubkey(issuer.get());
    if (key == nullptr) return false;
    auto verdict = verify(key, *fields.algorithm, bytes_of(*fields.signature), bytes_of(fields.info->encoding));
    if (verdict == SignatureVerdict::unsupported) return verify_with_openssl(certificate, key);
    return verdict == SignatureVerdict::good;
}

}  // namespace rekey::crypto
