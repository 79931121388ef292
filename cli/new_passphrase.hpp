#pragma once

#include <string>

#include "session.hpp"

namespace rekey::cli {

/// A passphrase that the home is to be put under: the first line of `file` when one is named, else
/// typed twice. Throws Code::usage when the two differ, when it is empty, and when nobody can be asked.
Secret new_passphrase(const Session& session, const std::string& file);

}  // namespace rekey::cli
