#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rekey {

/// UTF-16 (RFC 2781) becomes UTF-8, piece by piece. What is no UTF-16 becomes U+FFFD.
class Utf16Decoder {
public:
    enum class Order { big, little };
    explicit Utf16Decoder(Order order) : order_(order) {}

    /// The order that a byte order mark says; nothing without one.
    static std::optional<Order> order_of(std::string_view start);

    /// Appends at most one and a half times as many bytes as `piece` has, and three more.
    void decode(std::string_view piece, std::string& out);
    /// Whether the text ended within a character.
    bool unfinished() const { return half_.has_value() || high_ != 0; }

private:
    void take(std::uint32_t unit, std::string& out);

    Order order_;
    std::optional<unsigned char> half_;  ///< the first byte of a unit
    std::uint32_t high_ = 0;             ///< the first half of a surrogate pair
};

/// All of a text that has a byte order mark; nothing when it has none, or ends within a character.
std::optional<std::string> utf8_of_utf16(std::string_view text);

}  // namespace rekey
