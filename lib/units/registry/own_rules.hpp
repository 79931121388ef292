#pragma once

#include <string>

#include "rekey/store/fleet.hpp"
#include "store/audit/audit_detail.hpp"

namespace rekey::units {

/// For the transaction that writes: somebody may have removed it meanwhile. Throws Code::not_found.
store::Id id_of_issuer(store::Reader& store, const std::string& name);

/// Writes `wanted` over `rules`, where no text removes a rule, and tells so in `detail`; nothing when they are equal.
/// Throws Code::not_found for an issuer that there is not.
void change_rules(store::Reader& store, store::OwnRules& rules, const store::OwnRules& wanted,
                  store::AuditDetail& detail);

}  // namespace rekey::units
