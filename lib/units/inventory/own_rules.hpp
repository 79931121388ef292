#pragma once

#include "rekey/store/fleet.hpp"
#include "store/audit/audit_detail.hpp"

namespace rekey::units {

/// Writes `wanted` over `rules`, where no text removes a rule, and tells so in `detail`; nothing when they are equal.
void change_rules(store::OwnRules& rules, const store::OwnRules& wanted, store::AuditDetail& detail);

}  // namespace rekey::units
