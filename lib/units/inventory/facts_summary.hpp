#pragma once

#include "rekey/store/audit_detail.hpp"
#include "rekey/store/certificates.hpp"

namespace rekey::units {

/// What entries say of a certificate.
store::AuditDetail summary(const CertificateFacts& facts);

}  // namespace rekey::units
