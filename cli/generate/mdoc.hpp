#pragma once

#include <string>

namespace rekey::cli::generate {

/// A line of text, with nothing in it that mdoc(7) would take for its own.
std::string mdoc_text(const std::string& text);
/// A word as an argument of a macro.
std::string mdoc_word(const std::string& word);

}  // namespace rekey::cli::generate
