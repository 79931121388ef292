#include "base/text/spelling.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/text/letters.hpp"

namespace rekey {

namespace {

constexpr std::size_t shortest_beginning = 3;

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

Nearest::Nearest(std::string_view written) : written_(lower_case(written)) {}

void Nearest::offer(std::string_view known) {
    auto allowed = 1 + known.size() / 4;
    auto lower = lower_case(known);
    auto shorter = std::min(lower.size(), written_.size());
    auto longer = std::max(lower.size(), written_.size());
    std::size_t slips = 0;
    if (written_.size() >= shortest_beginning && lower.starts_with(written_))
        slips = lower.size() == written_.size() ? 0 : 1;
    else if (longer - shorter > allowed)
        return;
    else
        slips = distance(written_, lower);
    // Words of a letter or two are not near to each other because they are short.
    if (slips > allowed || slips >= std::max<std::size_t>(shorter, 1) || (found_ && slips >= slips_)) return;
    found_ = known;
    slips_ = slips;
}

}  // namespace rekey
