#include "policy/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace rekey::policy {

namespace {

/// Levenshtein's: how many characters to insert, delete or replace.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string suggestion(std::string_view written, const std::vector<std::string_view>& known) {
    auto nearest = std::min_element(known.begin(), known.end(), [&](std::string_view a, std::string_view b) {
        return distance(written, a) < distance(written, b);
    });
    bool near = distance(written, *nearest) <= 1 + nearest->size() / 4;
    if (near) return fmt::format("did you mean '{}'?", *nearest);
    return fmt::format("known are {}", fmt::join(known, ", "));
}

}  // namespace rekey::policy
