#pragma once

#include <string>

namespace rekey {

/// A word as /bin/sh takes it, for a command that somebody pastes: as it is where that is safe, else in single quotes.
std::string shell_quote(const std::string& word);

}  // namespace rekey
