#pragma once

#include <string>

#include "rekey/base/base.hpp"

namespace rekey {

/// For a file that the user named and that cannot be opened or read: `what` says so in words, `error` is errno. A wrong
/// path is Code::usage with that hint; what an I/O error or a shortage brings is Code::failed, and trying again may
/// help.
Error unreadable(const std::string& what, int error, std::string hint = {});

}  // namespace rekey
