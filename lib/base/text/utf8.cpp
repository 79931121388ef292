#include "base/text/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rekey {

Utf8Character first_character(std::string_view text) {
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

bool is_control(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x061C || point == 0x200E || point == 0x200F ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

std::string escape_controls(std::string_view text, std::string_view prefix) {
    std::string safe;
    safe.reserve(text.size());
    while (!text.empty()) {
        auto [point, length] = first_character(text);
        std::size_t consumed = std::max<std::size_t>(length, 1);
        if (length == 0 || is_control(point)) {
            for (char c : text.substr(0, consumed))
                safe += fmt::format("{}{:02X}", prefix, static_cast<unsigned char>(c));
        } else {
            safe += text.substr(0, consumed);
        }
        text.remove_prefix(consumed);
    }
    return safe;
}

}  // namespace rekey
