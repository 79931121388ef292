#include <algorithm>

#include "rekey/renewal/overview.hpp"

namespace rekey::renewal {

namespace {

std::size_t place_of(Urgency urgency) { return static_cast<std::size_t>(urgency); }

}  // namespace

void FindingCounts::add(const Finding& finding) {
    auto& of_kind = kinds_[finding.kind];
    ++of_kind.totals.at(place_of(finding.urgency));
    auto& examples = of_kind.examples;
    // Behind those that are as bad: the first of them come first.
    auto place = std::ranges::find_if(examples, [&](const Finding& each) { return each.urgency < finding.urgency; });
    examples.insert(place, finding);
    if (examples.size() > most_examples) examples.pop_back();
}

std::vector<FindingGroup> FindingCounts::groups() const {
    std::vector<FindingGroup> groups;
    for (const auto& [kind, of_kind] : kinds_) {
        FindingGroup group{kind, of_kind.examples.front().urgency, count(kind), of_kind.examples};
        if (group.urgency == Urgency::note)
            group.total = of_kind.totals.at(place_of(Urgency::note));
        else
            std::erase_if(group.examples, [](const Finding& each) { return each.urgency == Urgency::note; });
        groups.push_back(std::move(group));
    }
    return groups;
}

std::int64_t FindingCounts::count(FindingKind kind) const {
    auto found = kinds_.find(kind);
    if (found == kinds_.end()) return 0;
    const auto& totals = found->second.totals;
    return totals.at(place_of(Urgency::warning)) + totals.at(place_of(Urgency::critical));
}

std::int64_t FindingCounts::count(Urgency urgency) const {
    std::int64_t total = 0;
    for (const auto& [kind, of_kind] : kinds_) total += of_kind.totals.at(place_of(urgency));
    return total;
}

}  // namespace rekey::renewal
