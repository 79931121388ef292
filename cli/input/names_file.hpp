#pragma once

#include <string>
#include <vector>

namespace rekey::cli {

/// The names in a file, or in standard input for `-`: one on each line, without blanks around them. Empty lines, and
/// text after `#`, are ignored. Throws Code::usage when there is no name.
std::vector<std::string> read_names(const std::string& path);

}  // namespace rekey::cli
