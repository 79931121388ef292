#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/certificate.hpp"
#include "rekey/base/time.hpp"

namespace rekey::crypto {

struct RevokedCertificate {
    std::string number;  ///< hex
    Time at{};
    int reason = 0;  ///< CRLReason (RFC 5280, 5.3.1)
};

struct RevocationListTemplate {
    std::uint64_t number = 0;  ///< CRLNumber
    Time this_update{};
    Time next_update{};
    std::vector<RevokedCertificate> revoked;
};

/// A complete CRL (RFC 5280, 5), version 2, DER: AKI and CRLNumber, and the reason of each entry. Throws
/// Code::refused when the authority's keyUsage does not allow it.
Bytes sign_revocation_list(const Authority& authority, const RevocationListTemplate& list);

std::string revocation_list_to_pem(ByteView der);

}  // namespace rekey::crypto
