#pragma once

#include "command/arguments.hpp"

namespace rekey::cli {

/// All nouns, and the commands that cli/CMakeLists.txt lists, in that order.
void register_all(Registry& registry);

}  // namespace rekey::cli
