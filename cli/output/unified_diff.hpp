#pragma once

#include <string>

namespace rekey::cli {

/// What makes `after` of `before`, line by line, as `diff -u` writes it: three lines of context, the names behind `---`
/// and `+++`. Empty when the texts are equal. Correct for all texts, though not always the shortest.
std::string unified_diff(const std::string& before, const std::string& after, const std::string& before_name,
                         const std::string& after_name);

}  // namespace rekey::cli
