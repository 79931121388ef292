#include "base/brief.hpp"

namespace rekey {

std::string brief(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    constexpr std::string_view mark = "…";
    auto end = most > mark.size() ? most - mark.size() : 0;
    auto continues = [&](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80; };
    while (end > 0 && continues(end)) --end;
    return std::string(text.substr(0, end)) + std::string(mark);
}

}  // namespace rekey
