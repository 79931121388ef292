#include "base/text/blanks.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/text/utf8.hpp"

namespace rekey {

namespace {

/// Unicode 15: White_Space beyond ASCII.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 7> blanks{{{0x85, 0x85},
                                                                         {0xA0, 0xA0},
                                                                         {0x1680, 0x1680},
                                                                         {0x2000, 0x200A},
                                                                         {0x2028, 0x2029},
                                                                         {0x202F, 0x202F},
                                                                         {0x205F, 0x205F}}};
constexpr std::uint32_t wide_blank = 0x3000;
/// Default_Ignorable_Code_Point, as far as copied text contains it.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 7> unseen{{{0xAD, 0xAD},
                                                                         {0x61C, 0x61C},
                                                                         {0x180E, 0x180E},
                                                                         {0x200B, 0x200F},
                                                                         {0x202A, 0x202E},
                                                                         {0x2060, 0x206F},
                                                                         {0xFEFF, 0xFEFF}}};

template <std::size_t Size>
bool is_in(const std::array<std::pair<std::uint32_t, std::uint32_t>, Size>& ranges, std::uint32_t code) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [code](const auto& range) { return code >= range.first && code <= range.second; });
}

struct Character {
    std::uint32_t code = 0;
    std::size_t size = 1;
};

/// The first of `text`, which is UTF-8; a byte of what is not stands for itself, far away from all that is meant here.
Character first_of(std::string_view text) {
    constexpr std::uint32_t no_character = 0xFFFFFF;
    auto [point, length] = first_character(text);
    if (length == 0) return {no_character, 1};
    return {point, length};
}

bool is_plain_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// `instead` of blanks that are not plain.
std::string plain(std::string_view text, std::string_view instead) {
    std::string out;
    if (is_ascii(text)) {
        out = text;
    } else {
        while (!text.empty()) {
            auto character = first_of(text);
            if (is_in(blanks, character.code) || character.code == wide_blank)
                out += instead;
            else if (!is_in(unseen, character.code))
                out += text.substr(0, character.size);
            text.remove_prefix(character.size);
        }
    }
    auto end = std::find_if_not(out.rbegin(), out.rend(), is_plain_blank).base();
    out.erase(end, out.end());
    out.erase(out.begin(), std::find_if_not(out.begin(), out.end(), is_plain_blank));
    return out;
}

}  // namespace

std::string with_plain_blanks(std::string_view text) { return plain(text, " "); }

std::string plain_serial(std::string_view text) {
    auto serial = plain(text, "");
    for (char& c : serial)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return serial;
}

}  // namespace rekey
