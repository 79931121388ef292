#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rekey/base/export.hpp"

namespace rekey {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using Sha256 = std::array<std::uint8_t, 32>;

inline ByteView view_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
inline Bytes to_bytes(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

/// Upper-case hex, two digits a byte, no separators.
REKEY_EXPORT std::string to_hex(ByteView bytes);
/// Either case; nothing when the length is odd or a character is no hex digit.
REKEY_EXPORT std::optional<Bytes> from_hex(std::string_view hex);
REKEY_EXPORT Sha256 sha256(ByteView bytes);
/// From the operating system's generator; throws when it fails.
REKEY_EXPORT Bytes random_bytes(std::size_t count);

}  // namespace rekey
