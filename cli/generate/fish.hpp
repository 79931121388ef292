#pragma once

#include <string>

#include "command/model.hpp"

namespace rekey::cli::generate {

/// `completions/rekey.fish`.
std::string fish(const Registry& registry);

}  // namespace rekey::cli::generate
