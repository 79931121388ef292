#include "report/keys.hpp"

#include <algorithm>

#include "report/page_parts.hpp"
#include "report/plot.hpp"

namespace rekey::report {

namespace {

/// The most frequent first; the seldom ones together.
Markup shares_of(std::string_view header, const Counts& counts, std::int64_t whole) {
    std::vector<std::pair<std::string, std::int64_t>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& one, const auto& other) { return one.second > other.second; });
    auto table = markup(
        "<table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\"><span class=\"muted\">Share</span></th>"
        "<th scope=\"col\" class=\"number\">Certificates</th><th scope=\"col\" class=\"number\">%</th></tr></thead>"
        "<tbody>\n",
        header);
    auto row = [&](const Markup& what, std::int64_t count) {
        auto percent = whole == 0 ? 0.0 : 100.0 * static_cast<double>(count) / static_cast<double>(whole);
        table += markup(
            "<tr><th scope=\"row\">{}</th><td class=\"bar\">{}</td><td class=\"number\">{}</td>"
            "<td class=\"number\">{}</td></tr>\n",
            what, bar(count, whole), count, fmt::format("{:.1f}", percent));
    };
    std::int64_t rest = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (i < most_rows)
            row(named(sorted[i].first), sorted[i].second);
        else
            rest += sorted[i].second;
    }
    if (rest != 0) row({"others"}, rest);
    table += {"</tbody></table>"};
    return scrolling(header, table);
}

Markup issuers_of(const Report& report) {
    Markup table{
        "<table><thead><tr><th scope=\"col\">Issuer</th><th scope=\"col\">Ends</th><th scope=\"col\">Key</th>"
        "<th scope=\"col\" class=\"number\">In use</th><th scope=\"col\">Subject</th></tr></thead><tbody>\n"};
    for (const auto& row : report.issuers.rows)
        table += markup(
            "<tr><th scope=\"row\">{}</th><td>{}{}</td><td class=\"nowrap\">{}</td><td class=\"number\">{}</td>"
            "<td>{}</td></tr>\n",
            named(row.name), date(row.not_after, report.made_at()), ends_with(row.ends_with), row.key, row.in_use,
            named(row.subject));
    table += {"</tbody></table>"};
    return markup(
        "<h3>Issuers</h3>\n{}{}", scrolling("Issuers", table),
        others(static_cast<std::int64_t>(report.issuers.rows.size()), report.issuers.total, "rekey issuers list"));
}

}  // namespace

Markup keys_section(const Report& report) {
    Markup section{"<section>\n<h2>Keys, signatures and issuers</h2>\n"};
    if (report.soonest.total != 0) {
        section += markup("<h3>Key algorithms</h3>\n{}", shares_of("Key", report.keys, report.soonest.total));
        section += markup("<h3>Signatures</h3>\n{}", shares_of("Signature", report.signatures, report.soonest.total));
    }
    section += issuers_of(report);
    section += {"</section>\n"};
    return section;
}

Markup policy_section(const Report& report) {
    Markup section{"<section>\n<h2>Findings against policy</h2>\n"};
    if (report.violating == 0) {
        section +=
            markup("<p class=\"good\">None.</p>\n<p>{} slots were judged by the policy of today.</p>\n", report.slots);
    } else {
        section += markup("<p>{} of {} slots violate policy. What a renewal mends is due.</p>\n", report.violating,
                          report.slots);
    }
    for (const auto& [rule, list] : report.findings) {
        Markup table{
            "<table><thead><tr><th scope=\"col\">Slot</th><th scope=\"col\">Violation</th><th scope=\"col\">Number</th>"
            "</tr></thead><tbody>\n"};
        for (const auto& row : list.rows)
            table += markup("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n", named(row.slot),
                            named(row.what), short_number(row.number));
        table += {"</tbody></table>"};
        section += markup("<h3>{}: {}</h3>\n{}{}", rule, list.total, scrolling("Findings: " + rule, table),
                          others(static_cast<std::int64_t>(list.rows.size()), list.total, "rekey policy check"));
    }
    section += {"</section>\n"};
    return section;
}

}  // namespace rekey::report
