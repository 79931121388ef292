#pragma once

#include <string>
#include <string_view>

namespace rekey {

/// Bytes of a cause that is kept or told: a few lines on a terminal.
inline constexpr std::size_t longest_cause = 600;

/// The text, cut at a whole character and marked with `…` where it has more than `most` bytes: what a unit, a helper or
/// a program of somebody else said must not grow in the store.
std::string brief(std::string_view text, std::size_t most = longest_cause);

}  // namespace rekey
