#pragma once

#include <string>
#include <string_view>

namespace rekey {

/// A field of CSV (RFC 4180), in quotes where it needs them.
std::string csv_field(std::string_view text);
/// Adds one to a line.
void append_csv_field(std::string& line, std::string_view text);
/// The same for text that others chose: what a spreadsheet would take for a formula gets a leading apostrophe. One
/// more where apostrophes are there already, so that taking one away always gives the text back.
std::string csv_text(std::string_view text);
void append_csv_text(std::string& line, std::string_view text);
/// A cell that was read, without the apostrophe of `csv_text`.
std::string_view without_csv_guard(std::string_view cell);

}  // namespace rekey
