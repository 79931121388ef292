#pragma once

#include <string>

namespace rekey::cli {

/// The text of a file, or standard input's for `-`. Throws Code::usage when it is not there or larger than a policy
/// document may be; `what` is for the message, as `the policy`.
std::string read_document(const std::string& path, const std::string& what);

}  // namespace rekey::cli
