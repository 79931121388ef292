#pragma once

#include <cstddef>

/// What a payload may ask of this machine; far above what 10,000 entries need.
namespace rekey::payload {

inline constexpr std::size_t most_bytes = 16U << 20;
/// A binary property list may name one long value many times.
inline constexpr std::size_t most_bytes_expanded = 64U << 20;
inline constexpr std::size_t most_entries = 10'000;
inline constexpr std::size_t most_values = 500'000;
/// libplist looks among all keys that a dictionary has for each that comes.
inline constexpr std::size_t most_keys = 1'000;
inline constexpr std::size_t most_levels = 64;

inline constexpr std::size_t most_text = 1'024;          ///< of a field
inline constexpr std::size_t most_encrypted = 1U << 16;  ///< of a key

/// Each throws Code::usage.
[[noreturn]] void refuse_depth();
[[noreturn]] void refuse_count();
[[noreturn]] void refuse_keys();
/// Of two equal keys each reader takes another.
[[noreturn]] void refuse_equal_keys();

}  // namespace rekey::payload
