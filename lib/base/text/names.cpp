#include "rekey/base/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/error.hpp"

namespace rekey {

namespace {

constexpr std::size_t longest_name = 64;

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name && is_alphanumeric(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

const std::string& require_name(const std::string& text, std::string_view what) {
    if (!is_name(text))
        throw Error(Code::usage, fmt::format("'{}' cannot be the name of a {}", printable(text), what),
                    "names are letters, digits, '.', '_' and '-', begin with a letter or digit, and have at most 64");
    return text;
}

std::optional<SlotName> SlotName::parse(std::string_view text) {
    SlotName name;
    auto first = text.find('/');
    if (first == std::string_view::npos) return std::nullopt;
    auto last = text.rfind('/');
    name.unit = text.substr(0, first);
    if (last != first) {
        name.node = text.substr(first + 1, last - first - 1);
        if (!is_name(name.node)) return std::nullopt;
    }
    name.type = text.substr(last + 1);
    if (!is_name(name.unit) || !is_name(name.type)) return std::nullopt;
    return name;
}

std::string SlotName::to_string() const { return type.empty() ? unit : unit + "/" + on_unit(); }

std::string SlotName::on_unit() const { return node.empty() ? type : node + "/" + type; }

namespace {

/// The code point at the front of `text` and its length in bytes; length 0 when it is not UTF-8.
struct Decoded {
    char32_t point;
    std::size_t length;
};

Decoded decode(std::string_view text) {
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    std::size_t length = lead >= 0xF0 && lead <= 0xF4 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (lead > 0xF4 || length == 0 || text.size() < length) return {0, 0};
    char32_t point = lead & (0xFF >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return {0, 0};
        point = point << 6 | (byte(i) & 0x3F);
    }
    bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    if (overlong || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return {0, 0};
    return {point, length};
}

/// Whether a terminal may act on it, or show other text in another order because of it.
bool is_control(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x061C || point == 0x200E || point == 0x200F ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    while (!text.empty()) {
        auto [point, length] = decode(text);
        std::size_t consumed = std::max<std::size_t>(length, 1);
        if (length == 0 || is_control(point)) {
            for (char c : text.substr(0, consumed)) safe += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
        } else {
            safe += text.substr(0, consumed);
        }
        text.remove_prefix(consumed);
    }
    return safe;
}

}  // namespace rekey
