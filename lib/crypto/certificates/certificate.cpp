#include "crypto/certificates/certificate.hpp"

#include <fmt/format.h>

#include <mutex>

#include "base/limits.hpp"
#include "crypto/encoding/asn1.hpp"
#include "crypto/encoding/errors.hpp"
#include "crypto/encoding/pem.hpp"
#include "crypto/encoding/recent.hpp"
#include "crypto/keys/public_key.hpp"

namespace rekey::crypto {

namespace {

constexpr std::string_view pem_label = "CERTIFICATE";

// A renewal looks some twenty times at three certificates, in a dozen texts; all of the fleet has one of them in its
// chains.
constexpr std::size_t most_recent = 256;
// Of what is kept, so that all of it stays small, whatever a unit shows.
constexpr std::size_t largest_kept = 8 * limits::kib;

Bytes encode(X509* x509) {
    int length = x509 != nullptr ? i2d_X509(x509, nullptr) : 0;
    if (length <= 0) fail("OpenSSL cannot encode the certificate");
    Bytes der(static_cast<std::size_t>(length));
    unsigned char* at = der.data();
    if (i2d_X509(x509, &at) != length) fail("OpenSSL cannot encode the certificate");
    return der;
}

/// Never destroyed, as threads that were abandoned may still look here when the process ends.
RecentContents<std::vector<X509Certificate>>& recent_texts() {
    static auto& recent = *new RecentContents<std::vector<X509Certificate>>(most_recent);
    return recent;
}

void keep_text(ByteView pem, const std::vector<X509Certificate>& certificates) {
    if (pem.size() <= largest_kept) recent_texts().keep(to_bytes(pem), certificates);
}

/// Whether the text is these certificates and nothing else. Beside others there may be a private key, whole or damaged,
/// which must not stay in memory.
bool has_nothing_else(ByteView pem, const std::vector<X509Certificate>& certificates) {
    std::string written;
    for (const auto& certificate : certificates) written += certificate.to_pem();
    return text_of(pem) == written;
}

std::vector<X509Certificate> read_certificates(ByteView pem) {
    CleanErrors clean;
    std::vector<X509Certificate> certificates;
    PemReader reader(pem);
    std::string other;
    while (auto block = reader.next()) {
        if (block->label == pem_label || block->label == "X509 CERTIFICATE")
            certificates.push_back(X509Certificate::from_der(block->content.view()));
        else if (block->label == "TRUSTED CERTIFICATE")
            throw Error(Code::usage, "a certificate in OpenSSL's own form (BEGIN TRUSTED CERTIFICATE)",
                        "write it as others read it: openssl x509 -in FILE -out NEW");
        else if (other.empty())
            other = block->label;
    }
    if (certificates.empty() && !other.empty())
        throw Error(Code::usage, "PEM without a certificate",
                    "give the file with the line -----BEGIN CERTIFICATE-----");
    if (certificates.empty()) throw no_pem(pem, "a certificate");
    return certificates;
}

}  // namespace

struct X509Certificate::Body {
    Bytes der;
    Sha256 fingerprint;
    Fields<CertificateFields> fields;
    mutable std::once_flag once;
    mutable X509Handle x509;

    Body(Bytes encoded, const Sha256& digest, X509Handle parsed)
        : der(std::move(encoded)), fingerprint(digest), x509(std::move(parsed)) {
        fields = parse_certificate(der);
        if (!fields) fail("this is not an X.509 certificate, or a damaged one", Code::usage);
    }
};

X509Certificate::X509Certificate(X509Handle x509) {
    CleanErrors clean;
    Bytes der = encode(x509.get());
    auto digest = sha256(der);
    body_ = std::make_shared<const Body>(std::move(der), digest, std::move(x509));
}

X509Certificate X509Certificate::from_der(ByteView der) {
    static auto& recent = *new RecentContents<std::shared_ptr<const Body>>(most_recent);
    if (auto body = recent.find(der)) return X509Certificate(std::move(*body));
    CleanErrors clean;
    auto body = std::make_shared<const Body>(to_bytes(der), sha256(der), nullptr);
    if (der.size() <= largest_kept) recent.keep(to_bytes(der), body);
    return X509Certificate(std::move(body));
}

std::vector<X509Certificate> X509Certificate::from_pem(ByteView pem) {
    if (auto certificates = recent_texts().find(pem)) return std::move(*certificates);
    auto certificates = read_certificates(pem);
    if (has_nothing_else(pem, certificates)) keep_text(pem, certificates);
    return certificates;
}

const Bytes& X509Certificate::der() const { return body_->der; }

const CertificateFields& X509Certificate::fields() const { return *body_->fields; }

std::string X509Certificate::to_pem() const { return encode_pem(pem_label, der()); }

Bytes X509Certificate::public_key() const { return to_bytes(bytes_of(fields().info->key->encoding)); }

const Sha256& X509Certificate::fingerprint() const { return body_->fingerprint; }

std::string X509Certificate::fingerprint_sha256() const { return to_hex(fingerprint()); }

X509* X509Certificate::get() const {
    std::call_once(body_->once, [&] {
        if (body_->x509) return;
        CleanErrors clean;
        const unsigned char* at = body_->der.data();
        body_->x509.reset(d2i_X509(nullptr, &at, static_cast<long>(body_->der.size())));
        if (!body_->x509) fail("OpenSSL cannot read the certificate", Code::usage);
    });
    return body_->x509.get();
}

std::string to_pem(std::span<const Bytes> chain_der) {
    std::string pem;
    for (const auto& der : chain_der) pem += encode_pem(pem_label, der);
    return pem;
}

std::string to_known_pem(std::span<const Bytes> chain_der) {
    auto pem = to_pem(chain_der);
    std::vector<X509Certificate> certificates;
    certificates.reserve(chain_der.size());
    for (const auto& der : chain_der) certificates.push_back(X509Certificate::from_der(der));
    if (!certificates.empty()) keep_text(view_of(pem), certificates);
    return pem;
}

bool match(const PrivateKey& key, const X509Certificate& certificate) {
    return is_same_key(key.public_key(), bytes_of(certificate.fields().info->key->encoding));
}

}  // namespace rekey::crypto
