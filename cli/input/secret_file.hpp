#pragma once

#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::cli {

/// A file's content, or standard input's for `-`, without a copy that is not wiped.
Secret read_secret(const std::string& path, std::string_view what);
/// The first line of a file. Throws Code::usage when it is empty.
Secret read_passphrase(const std::string& path);

}  // namespace rekey::cli
