#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rekey::cli {

/// Columns that `text` takes on a terminal: none for what combines, two for wide characters. What is put together
/// of several emoji counts with all of them: no terminal needs more. `text` is `printable`; the locale plays no part.
std::size_t display_width(std::string_view text);

/// `text` in `columns` at most: whole, or its beginning and `…`. A character keeps what combines with it.
std::string cut(std::string_view text, std::size_t columns);

}  // namespace rekey::cli
