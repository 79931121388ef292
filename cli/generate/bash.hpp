#pragma once

#include <string>

#include "command/model.hpp"

namespace rekey::cli::generate {

/// `completions/rekey.bash`.
std::string bash(const Registry& registry);

}  // namespace rekey::cli::generate
