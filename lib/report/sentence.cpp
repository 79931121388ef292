#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rekey/report/report.hpp"
#include "report/markup.hpp"

namespace rekey::report {

namespace {

using renewal::FindingKind;
using renewal::Level;

/// What is said of one certificate in use, and of many.
struct KindWords {
    FindingKind kind;
    const char* one;
    const char* many;
};

constexpr std::array troubles{
    KindWords{FindingKind::expired, "has expired", "have expired"},
    KindWords{FindingKind::ends_soon, "ends within 7 days", "end within 7 days"},
    KindWords{FindingKind::not_valid_yet, "is not valid yet", "are not valid yet"},
    KindWords{FindingKind::revoked_in_use, "is revoked and still in use", "are revoked and still in use"},
    KindWords{FindingKind::drift, "is not what its unit holds", "are not what their units hold"},
    KindWords{FindingKind::emptied, "is gone from its unit", "are gone from their units"},
    KindWords{FindingKind::violation, "violates policy", "violate policy"},
    KindWords{FindingKind::impossible, "cannot be renewed", "cannot be renewed"},
    KindWords{FindingKind::no_names, "has no name that clients look for", "have no name that clients look for"},
    KindWords{FindingKind::due, "is due", "are due"},
};

std::string numbered(std::int64_t count, const char* one, const char* many) {
    return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}

/// Empty slots have no certificate that the sentence could have counted.
bool is_of_certificates_in_use(FindingKind kind) {
    return renewal::scope_of(kind) == renewal::FindingScope::certificate && kind != FindingKind::empty_slot;
}

std::int64_t other_concerns(const Report& report) {
    std::int64_t total = report.audit.problems.empty() ? 0 : 1;
    for (const auto& group : report.counts.groups())
        if (group.urgency != renewal::Urgency::note && !is_of_certificates_in_use(group.kind)) ++total;
    return total;
}

std::string certificates_in_words(const Report& report) {
    auto total = report.soonest.total;
    if (total == 0) return "No certificate is in use";
    std::int64_t troubled = 0;
    std::string what;
    for (const auto& trouble : troubles) {
        auto found = report.in_trouble.find(trouble.kind);
        if (found == report.in_trouble.end()) continue;
        troubled += found->second;
        what += (what.empty() ? "" : ", ") + numbered(found->second, trouble.one, trouble.many);
    }
    auto all = numbered(total, "certificate", "certificates");
    if (troubled != 0)
        return fmt::format("{} of {} {} attention: {}", grouped(troubled), all, troubled == 1 ? "needs" : "need", what);
    auto units = numbered(report.statistics.online + report.statistics.offline, "unit", "units");
    return total == 1 ? fmt::format("{} of {} is in order", all, units)
                      : fmt::format("All {} of {} are in order", all, units);
}

}  // namespace

Level level_of(const Report& report) {
    auto list = concerns(report);
    if (std::ranges::any_of(list, &ReportedConcern::urgent)) return Level::red;
    return list.empty() ? Level::green : Level::amber;
}

std::string sentence(const Report& report) {
    auto text = certificates_in_words(report);
    if (auto ending = report.statistics.ends_within(days_ahead); ending != 0)
        text += fmt::format("; {} within {} days", numbered(ending, "ends", "end"), days_ahead);
    if (auto others = other_concerns(report); others != 0)
        text += "; " + numbered(others, "other thing needs attention", "other things need attention");
    return text + ".";
}

}  // namespace rekey::report
