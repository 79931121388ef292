#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rekey/base/export.hpp"

namespace rekey::units {

/// What an agent may do for whoever speaks to it.
struct AgentRules {
    /// A folder is served when each of these lists that is not empty has a folder that holds it.
    std::vector<std::vector<std::string>> roots;
    /// Reload commands that are run; nothing: any. Where roots confine it, those that are not in the list are refused.
    std::optional<std::vector<std::string>> reloads;
};

/// The helper of folders (rekey-unit-protocol(7)): answers the requests from `in` on `out`, two descriptors,
/// until `in` ends. Needs no home. Throws Code::failed when it cannot go on: a line that is too long, an
/// output that takes nothing.
REKEY_EXPORT void serve(int in, int out, const AgentRules& rules);

}  // namespace rekey::units
