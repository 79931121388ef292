#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rekey/base/bytes.hpp"
#include "rekey/base/export.hpp"

namespace rekey {

/// The number of a list of revoked certificates (CRLNumber, RFC 5280, 5.2.3): not negative, up to 20 octets.
class REKEY_EXPORT ListNumber {
public:
    /// Zero, which is the number of no list.
    ListNumber() = default;
    explicit ListNumber(std::uint64_t value);
    /// Nothing when it is no hex in pairs, or has more than 20 octets.
    static std::optional<ListNumber> from_hex(std::string_view hex);
    /// Big-endian; nothing when it has more than 20 octets as DER writes them.
    static std::optional<ListNumber> from_octets(ByteView octets);

    /// The one after it. Throws Code::refused after the largest.
    ListNumber next() const;
    bool is_zero() const { return octets_.empty(); }
    /// Nothing when it does not fit.
    std::optional<std::int64_t> to_integer() const;

    /// Upper-case hex in pairs; zero is `00`.
    std::string to_hex() const;
    /// For people: decimal, and `0x…` from 2^63 on.
    std::string to_text() const;
    /// Big-endian, at least one.
    Bytes to_octets() const;

    bool operator==(const ListNumber&) const = default;
    std::strong_ordering operator<=>(const ListNumber& other) const;

private:
    Bytes octets_;  ///< big-endian, the first not zero
};

}  // namespace rekey
