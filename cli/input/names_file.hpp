#pragma once

#include <string>
#include <vector>

namespace rekey::cli {

/// The names in a file, or in standard input for `-`: a line each, without blanks around them. Empty lines, and what
/// stands behind `#`, say nothing. Throws Code::usage when there is no name.
std::vector<std::string> read_names(const std::string& path);

}  // namespace rekey::cli
