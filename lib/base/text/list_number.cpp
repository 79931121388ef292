#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"

namespace rekey {

namespace {

constexpr std::size_t largest = 20;  // RFC 5280, 5.2.3
constexpr std::uint8_t sign_bit = 0x80;

/// DER needs one octet more where the first has its highest bit set.
bool fits(const Bytes& octets) {
    return octets.size() < largest || (octets.size() == largest && (octets.front() & sign_bit) == 0);
}

}  // namespace

ListNumber::ListNumber(std::uint64_t value) {
    for (; value != 0; value >>= 8) octets_.insert(octets_.begin(), static_cast<std::uint8_t>(value));
}

std::optional<ListNumber> ListNumber::from_octets(ByteView octets) {
    ListNumber number;
    auto first = std::find_if(octets.begin(), octets.end(), [](auto octet) { return octet != 0; });
    number.octets_.assign(first, octets.end());
    if (!fits(number.octets_)) return std::nullopt;
    return number;
}

std::optional<ListNumber> ListNumber::from_hex(std::string_view hex) {
    auto octets = rekey::from_hex(hex);
    if (!octets || octets->empty()) return std::nullopt;
    return from_octets(*octets);
}

ListNumber ListNumber::next() const {
    ListNumber number = *this;
    auto& octets = number.octets_;
    auto at = octets.rbegin();
    while (at != octets.rend() && ++*at == 0) ++at;
    if (at == octets.rend()) octets.insert(octets.begin(), 1);
    if (!fits(octets))
        throw Error(Code::refused, "no list can be made after the one with the largest number there is",
                    "replace the CA by one with another key: rekey issuers create NAME");
    return number;
}

std::optional<std::int64_t> ListNumber::to_integer() const {
    constexpr std::size_t size = sizeof(std::int64_t);
    if (octets_.size() > size || (octets_.size() == size && (octets_.front() & sign_bit) != 0)) return std::nullopt;
    std::uint64_t value = 0;
    for (auto octet : octets_) value = value << 8 | octet;
    return static_cast<std::int64_t>(value);
}

std::string ListNumber::to_hex() const { return rekey::to_hex(to_octets()); }

std::string ListNumber::to_text() const {
    auto integer = to_integer();
    return integer ? std::to_string(*integer) : "0x" + to_hex();
}

Bytes ListNumber::to_octets() const { return octets_.empty() ? Bytes{0} : octets_; }

std::strong_ordering ListNumber::operator<=>(const ListNumber& other) const {
    if (auto by_size = octets_.size() <=> other.octets_.size(); by_size != 0) return by_size;
    return std::lexicographical_compare_three_way(octets_.begin(), octets_.end(), other.octets_.begin(),
                                                  other.octets_.end());
}

}  // namespace rekey
