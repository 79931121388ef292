#pragma once

#include "rekey/base/base.hpp"
#include "rekey/renewal/renewal.hpp"

namespace rekey::renewal {

/// Throws Code::usage for a request that selects nothing, or whose parts do not go together.
void require_selection(const Request& request);

/// Units and slots that are named hold something to be renewed, or something waits for them; what is generated, or only
/// looked through for what is due, needs not. Throws Code::not_found, Code::failed.
void require_renewable(store::Reader& store, const Request& request);

/// Patterns and labels that nothing has are a mistake. That nothing is in a state, or ends soon, is none. `scope`: the
/// whole selection. Throws Code::not_found, Code::failed.
void require_something(store::Reader& store, const Request& request, const store::Selection& scope);

}  // namespace rekey::renewal
