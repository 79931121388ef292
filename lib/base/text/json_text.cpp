#include "base/text/json_text.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>

namespace rekey {

namespace {

constexpr bool stands_in_json(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

constexpr std::uint64_t in_each(std::uint8_t byte) { return 0x0101010101010101U * byte; }

/// The highest bit of each byte that is zero, and at times of bytes above it.
constexpr std::uint64_t zeros(std::uint64_t bytes) { return (bytes - in_each(1)) & ~bytes & in_each(0x80); }

/// The highest bit of each of eight bytes that does not stand in JSON as it is, and at times of bytes above it: what is
/// carried or borrowed begins at such a byte.
constexpr std::uint64_t special_bytes(std::uint64_t bytes) {
    std::uint64_t below_blank = (bytes - in_each(' ')) & ~bytes;
    std::uint64_t above_tilde = bytes | (bytes + in_each(1));
    std::uint64_t marks = zeros(bytes ^ in_each('"')) | zeros(bytes ^ in_each('\\'));
    return (below_blank | above_tilde | marks) & in_each(0x80);
}

/// False: there is more to escape than quotes and backslashes; then what was added is of no use.
bool append_simple_json(std::string& out, std::string_view text) {
    for (;;) {
        auto plain = plain_json_size(text);
        out.append(text, 0, plain);
        if (plain == text.size()) return true;
        char special = text[plain];
        if (special != '"' && special != '\\') return false;
        out.append(1, '\\').append(1, special);
        text.remove_prefix(plain + 1);
    }
}

}  // namespace

std::size_t plain_json_size(std::string_view text) {
    constexpr std::size_t at_once = sizeof(std::uint64_t);
    std::size_t size = 0;
    for (; text.size() - size >= at_once; size += at_once) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data() + size, at_once);
        auto special = special_bytes(bytes);
        if (special == 0) continue;
        if constexpr (std::endian::native != std::endian::little) break;
        return size + static_cast<std::size_t>(std::countr_zero(special)) / 8;
    }
    while (size < text.size() && stands_in_json(text[size])) ++size;
    return size;
}

void append_json_text(std::string& out, std::string_view text, BeyondAscii beyond_ascii) {
    auto begin = out.size();
    out += '"';
    if (append_simple_json(out, text)) {
        out += '"';
        return;
    }
    // Few texts, for which nlohmann's serializer takes ten times as long: escapes by number, pairs of surrogates, and
    // what is no UTF-8.
    out.resize(begin);
    out += nlohmann::json(text).dump(-1, ' ', beyond_ascii == BeyondAscii::escaped,
                                     nlohmann::json::error_handler_t::replace);
}

}  // namespace rekey
