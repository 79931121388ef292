#pragma once

#include "rekey/store/fleet.hpp"
#include "store/audit/audit_detail.hpp"

namespace rekey::units {

/// What entries say of a certificate.
store::AuditDetail summary(const CertificateFacts& facts);

}  // namespace rekey::units
