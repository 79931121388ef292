#include "units/survey/facts_summary.hpp"

#include "store/audit/audit_detail.hpp"

namespace rekey::units {

store::AuditDetail summary(const CertificateFacts& facts) {
    return {{"number", facts.number}, {"issuer", facts.issuer}, {"expires_at", to_rfc3339(facts.not_after)}};
}

}  // namespace rekey::units
