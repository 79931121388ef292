#include "base/text/shortened.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"

namespace rekey {

std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return printable(text);
    // Not in the middle of a character.
    auto is_inside = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
    auto end = most;
    while (end > 0 && most - end < 3 && is_inside(end)) --end;
    return fmt::format("{}… ({} bytes more)", printable(text.substr(0, end)), text.size() - end);
}

}  // namespace rekey
