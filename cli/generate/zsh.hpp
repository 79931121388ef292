#pragma once

#include <string>

#include "command/model.hpp"

namespace rekey::cli::generate {

/// `completions/_rekey`.
std::string zsh(const Registry& registry);

}  // namespace rekey::cli::generate
