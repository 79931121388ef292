#pragma once

#include <string>

#include "command/model.hpp"

namespace rekey::cli::generate {

/// For completions: `units`, … as `rekey complete` takes them; `file`, `folder`, `text`, or `choice`.
std::string kind_of(const Parameter& parameter);
/// `text` in single quotes for a shell, with `quote` in place of each of them.
std::string in_quotes(const std::string& text, const std::string& quote);

}  // namespace rekey::cli::generate
