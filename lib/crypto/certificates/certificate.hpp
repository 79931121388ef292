#pragma once

#include <openssl/x509.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "crypto/encoding/handle.hpp"
#include "crypto/keys/key.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

using X509Handle = Handle<X509, X509_free>;

struct CertificateFields;

/// An X.509 certificate; not changed after birth, cheap to copy, safe to share between threads.
class X509Certificate {
public:
    /// Takes over `x509` and remembers its DER.
    explicit X509Certificate(X509Handle x509);
    /// Throws Code::usage when it is no certificate or bytes follow it.
    static X509Certificate from_der(ByteView der);
    /// Every certificate in `pem`, in order. Throws Code::usage when there is none or one is damaged.
    static std::vector<X509Certificate> from_pem(ByteView pem);

    const Bytes& der() const;
    std::string to_pem() const;
    CertificateFacts facts() const;
    /// SubjectPublicKeyInfo, DER.
    Bytes public_key() const;
    /// SHA-256 of the DER.
    const Sha256& fingerprint() const;
    std::string fingerprint_sha256() const;
    /// For OpenSSL's own functions; lives as long as this or a copy of it. Made at the first call,
    /// which costs ten times what reading the certificate does. Throws Code::usage when OpenSSL
    /// cannot read the public key's encoding.
    X509* get() const;
    /// For this room: the parts as they were parsed.
    const CertificateFields& fields() const;

private:
    struct Body;
    explicit X509Certificate(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
    std::shared_ptr<const Body> body_;
};

/// PEM of several, in order.
std::string to_pem(std::span<const Bytes> chain_der);
/// The same for a file that is to be read back: `from_pem` knows the text from now on. Throws Code::usage when one is
/// no certificate.
std::string to_known_pem(std::span<const Bytes> chain_der);

/// Whether `key` is the private key of `certificate`.
bool match(const PrivateKey& key, const X509Certificate& certificate);

}  // namespace rekey::crypto
