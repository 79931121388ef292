#pragma once

#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/renewal/renewal.hpp"

namespace rekey::renewal {

/// Throws Code::usage for a request that selects nothing, or whose parts do not go together.
void require_selection(const Request& request);

/// The units and slots that are named in full; of these, `undeclared` ones need not be there yet. Throws
/// Code::not_found, and Code::failed for one that holds nothing to renew.
void require_named(store::Reader& store, const Request& request, const std::vector<store::SlotStatus>& undeclared);

/// Patterns and labels that nothing has are a mistake. That nothing is in a state, or ends soon, is none. `scope`: the
/// whole selection; `undeclared`: slots that are to be declared, which it selects then. Throws Code::not_found,
/// Code::failed.
void require_something(store::Reader& store, const Request& request, const store::Selection& scope,
                       const std::vector<store::SlotStatus>& undeclared);

}  // namespace rekey::renewal
