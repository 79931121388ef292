#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

struct RevokedCertificate {
    std::string number;  ///< hex
    Time at{};
    int reason = 0;  ///< CRLReason (RFC 5280, 5.3.1)
};

struct RevocationListTemplate {
    ListNumber number;  ///< CRLNumber
    Time this_update{};
    Time next_update{};
    std::vector<RevokedCertificate> revoked;
};

/// Whether the certificate's keyUsage allows its key to sign lists; without the extension nothing is forbidden.
bool may_sign_lists(const X509Certificate& authority);

/// A complete CRL (RFC 5280, 5), version 2, DER: AKI and CRLNumber, and the reason of each entry. Throws
/// Code::refused when the authority's keyUsage does not allow it.
Bytes sign_revocation_list(const Authority& authority, const RevocationListTemplate& list);

std::string revocation_list_to_pem(ByteView der);

/// A list that somebody made.
class ParsedRevocationList {
public:
    /// DER or PEM. Throws Code::usage for what is none, and for one whose number or dates cannot be read;
    /// Code::refused for one that says only a part: what changed (delta), or for several CAs at once (indirect).
    static ParsedRevocationList parse(ByteView der_or_pem);

    /// Whether it bears the name of `authority` and verifies with its key.
    bool is_signed_by(const X509Certificate& authority) const;

    /// Name of who made it, as `CertificateFacts::issuer`.
    std::string issuer() const;
    /// Zero where it has none.
    ListNumber number() const;
    Time this_update() const;
    std::optional<Time> next_update() const;
    std::vector<RevokedCertificate> revoked() const;

private:
    using Handle = crypto::Handle<X509_CRL, X509_CRL_free>;
    explicit ParsedRevocationList(Handle list) : list_(std::move(list)) {}
    Handle list_;
};

/// Whether two certificates bear one name and one key, so that lists of one are lists of the other.
bool is_same_signer(const X509Certificate& one, const X509Certificate& other);

}  // namespace rekey::crypto
