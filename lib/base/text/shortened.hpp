#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rekey {

/// A few hundred bytes: as much as is kept of a text that others chose, or of an error.
constexpr std::size_t longest_shown = 600;

/// `printable`, and about `most` bytes of the text at most; a cut is marked: `aaa… (1200 bytes more)`.
std::string shortened(std::string_view text, std::size_t most = longest_shown);

}  // namespace rekey
