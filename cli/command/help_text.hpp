#pragma once

#include "command/model.hpp"

namespace rekey::cli {

/// Help for `rekey` (an empty path), a noun or a command: examples first.
std::string help_text(const Registry& registry, const std::string& path);
/// To stdout; the exit code.
int print_help(const std::string& text);

}  // namespace rekey::cli
