#include "base/text/shell_quote.hpp"

#include <algorithm>
#include <string_view>

namespace rekey {

std::string shell_quote(const std::string& word) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-+:@%,=";
    bool safe = !word.empty() && word.front() != '-' && word.find_first_not_of(plain) == std::string::npos;
    if (safe) return word;
    std::string quoted = "'";
    for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

}  // namespace rekey
