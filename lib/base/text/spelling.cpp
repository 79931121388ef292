#include "base/text/spelling.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/text/letters.hpp"

namespace rekey {

namespace {

constexpr std::size_t shortest_beginning = 3;

/// How many characters to insert, delete or replace, or neighbours to swap (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before.swap(last);
        last.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
            bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap) row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row.back();
}

}  // namespace

Nearest::Nearest(std::string_view written, std::size_t letters_a_slip)
    : written_(lower_case(written)), letters_a_slip_(letters_a_slip) {}

void Nearest::offer(std::string_view known) {
    auto allowed = 1 + known.size() / letters_a_slip_;
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
