#pragma once

#include <string>

namespace rekey {

/// `text` as one word of a command to paste into a shell.
std::string shell_quote(const std::string& text);

}  // namespace rekey
