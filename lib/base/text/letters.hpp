#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace rekey {

/// Of A to Z alone, whatever the locale: where these texts do not distinguish case, they are ASCII.
constexpr char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = lower_case(c);
    return lower;
}

}  // namespace rekey
