#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rekey {

/// A code point, and how many bytes of UTF-8 it takes.
struct Utf8Character {
    char32_t point = 0;
    std::size_t length = 0;  ///< 0: what is there is not UTF-8 (RFC 3629)
};

/// The character at the front of `text`, which is not empty.
Utf8Character first_character(std::string_view text);

/// Whether a terminal may act on it, or show other text in another order because of it.
bool is_control(char32_t point);

/// `text` with `prefix` and two hexadecimal digits for each byte of what `is_control`, or is not UTF-8.
std::string escape_controls(std::string_view text, std::string_view prefix);

}  // namespace rekey
