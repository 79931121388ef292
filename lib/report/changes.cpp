#include "report/changes.hpp"

#include <array>
#include <string_view>

#include "report/page_parts.hpp"
#include "store/audit/action_counts.hpp"
#include "store/certificates/revocations.hpp"

namespace rekey::report {

namespace {

struct CountedAction {
    std::string_view action;
    std::int64_t Changes::*count;
};

constexpr std::array counted_actions{
    CountedAction{"certificate.generate", &Changes::generated},
    CountedAction{"certificate.renew", &Changes::renewed},
    CountedAction{"unit.add", &Changes::units_added},
    CountedAction{"unit.remove", &Changes::units_removed},
    CountedAction{"policy.load", &Changes::policy_revisions},
    CountedAction{"rotation.cut_over", &Changes::credentials_rotated},
};

Markup row_of(std::string_view what, std::int64_t count) {
    return markup("<tr><th scope=\"row\">{}</th><td class=\"number{}\">{}</td></tr>\n", what,
                  count == 0 ? " muted" : "", count);
}

}  // namespace

Changes changes_since(store::Reader& store, const std::optional<Time>& since, Time now) {
    Changes changes;
    changes.since_was_asked = since.has_value();
    changes.since = since.value_or(now - std::chrono::days{days_back});
    store::each_action_count(store, changes.since, [&](const std::string& action, std::int64_t entries) {
        for (const auto& counted : counted_actions)
            if (counted.action == action) changes.*counted.count += entries;
    });
    changes.revoked = store::count_revocations_since(store, changes.since);
    return changes;
}

Markup changes_section(const Report& report) {
    const auto& changes = report.changes;
    auto of_what = changes.since_was_asked
                       ? Markup{"In the whole home, by its audit trail."}
                       : markup(
                             "The last {} days of the whole home, by its audit trail. Another begin: "
                             "<code>rekey report --since DATE</code>",
                             std::int64_t{days_back});
    auto section =
        markup("<section>\n<h2>Changed since {}</h2>\n<p class=\"muted\">{}</p>\n", moment(changes.since), of_what);
    Markup table{
        "<table class=\"narrow\"><thead><tr><th scope=\"col\">What</th><th scope=\"col\" "
        "class=\"number\">How many</th></tr></thead><tbody>\n"};
    table += row_of("first certificates of slots", changes.generated);
    table += row_of("certificates renewed", changes.renewed);
    table += row_of("certificates revoked", changes.revoked);
    table += row_of("units added", changes.units_added);
    table += row_of("units removed", changes.units_removed);
    table += row_of("revisions of the policy", changes.policy_revisions);
    table += row_of("credentials rotated", changes.credentials_rotated);
    table += {"</tbody></table>"};
    section += scrolling("What changed", table);
    section += markup("<p class=\"more\">entry by entry: <code>rekey audit list --since {}</code></p>\n</section>\n",
                      to_rfc3339(changes.since));
    return section;
}

}  // namespace rekey::report
