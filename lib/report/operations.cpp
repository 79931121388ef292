#include "report/operations.hpp"

#include <array>

#include "report/page_parts.hpp"
#include "report/plot.hpp"

namespace rekey::report {

namespace {

using store::Outcome;

constexpr std::array outcomes{Outcome::renewed, Outcome::deferred, Outcome::failed, Outcome::refused, Outcome::open};
constexpr std::size_t months_back = 12;

/// `first certificate` where nothing was replaced.
std::string words_of(const std::optional<store::Reason>& reason) {
    return reason ? std::string(store::to_string(*reason)) : "first certificate";
}

/// What was asked for may name a thousand units.
std::string shortened(const std::string& text) {
    constexpr std::size_t enough = 120;
    if (text.size() <= enough) return text;
    auto end = text.rfind(' ', enough);
    return text.substr(0, end == std::string::npos ? enough : end) + " …";
}

using ByOutcome = std::map<Outcome, std::int64_t>;

std::int64_t at(const ByOutcome& counts, Outcome outcome) {
    auto found = counts.find(outcome);
    return found == counts.end() ? 0 : found->second;
}

Columns months_of(const Report& report) {
    Columns columns{
        "renewals", "Slots that runs worked on, by month and outcome", {}, {}, {1, 5, colour_of_failure, 4, 6}};
    for (auto outcome : outcomes) columns.series.emplace_back(store::to_string(outcome));
    std::map<std::string, ByOutcome> months;
    for (const auto& each : report.renewals) months[each.month][each.outcome] += each.items;
    auto month = renewal::month_of(report.since);
    for (std::size_t i = 0; i < months_back; ++i, month = renewal::next_period(month)) {
        PlotColumn column{month_name(month), "", month, {}};
        if (i == 0 || column.label == "Jan") column.second = month.substr(0, year_digits);
        for (auto outcome : outcomes) column.parts.push_back(at(months[month], outcome));
        columns.columns.push_back(std::move(column));
    }
    return columns;
}

Markup heads() {
    Markup cells;
    for (auto outcome : outcomes)
        cells += markup("<th scope=\"col\" class=\"number\">{}</th>", store::to_string(outcome));
    return cells;
}

Markup count_cell(std::int64_t count) {
    return markup("<td class=\"number{}\">{}</td>", count == 0 ? " muted" : "", count);
}

Markup cells_of(const ByOutcome& counts) {
    Markup cells;
    for (auto outcome : outcomes) cells += count_cell(at(counts, outcome));
    return cells;
}

Markup reasons_of(const Report& report) {
    std::map<std::string, ByOutcome> reasons;
    for (const auto& each : report.renewals) reasons[words_of(each.reason)][each.outcome] += each.items;
    auto table = markup("<table><thead><tr><th scope=\"col\">Reason</th>{}</tr></thead><tbody>\n", heads());
    for (const auto& [reason, counts] : reasons)
        table += markup("<tr><th scope=\"row\">{}</th>{}</tr>\n", reason, cells_of(counts));
    table += {"</tbody></table>"};
    return scrolling("Renewals by reason and outcome", table);
}

/// Why, in the words of who asked for it.
Markup comment_of(const store::Run& run) {
    return run.comment.empty() ? Markup{}
                               : markup(" <span class=\"comment\">“{}”</span>", named(shortened(run.comment)));
}

Markup actors_of(const Report& report) {
    Markup table{
        "<table><thead><tr><th scope=\"col\">Who</th><th scope=\"col\" class=\"number\">Runs</th>"
        "<th scope=\"col\" class=\"number\">Renewed</th><th scope=\"col\" class=\"number\">Failed</th>"
        "</tr></thead><tbody>\n"};
    for (const auto& row : report.actors.rows)
        table += markup("<tr><th scope=\"row\" class=\"who\">{}</th>{}{}{}</tr>\n", named(row.name),
                        count_cell(row.runs), count_cell(row.renewed), count_cell(row.failed));
    table += {"</tbody></table>"};
    return markup("<h3>By whom</h3>\n{}{}", scrolling("Runs by whom", table),
                  others(static_cast<std::int64_t>(report.actors.rows.size()), report.actors.total, "rekey runs list"));
}

Markup runs_of(const Report& report) {
    auto table = markup(
        "<table><thead><tr><th scope=\"col\" class=\"number\">Run</th><th scope=\"col\">Begun</th>"
        "<th scope=\"col\">Asked for</th><th scope=\"col\">By</th><th scope=\"col\">Ended</th>{}</tr></thead>"
        "<tbody>\n",
        heads());
    for (const auto& row : report.runs.rows)
        table += markup(
            "<tr><th scope=\"row\" class=\"number\">{}</th><td>{}</td><td class=\"text\">{} "
            "{}{}{}</td><td class=\"who\">{}</td><td>{}</td>{}</tr>\n",
            std::to_string(row.run.id), moment(row.run.started_at), row.run.command,
            named(shortened(row.run.selection)),
            row.run.reason ? markup(" <span class=\"muted\">for {}</span>", store::to_string(*row.run.reason))
                           : Markup{},
            comment_of(row.run), named(row.run.actor), row.status, cells_of(row.items));
    table += {"</tbody></table>"};
    return markup("<h3>The newest runs</h3>\n{}{}", scrolling("The newest runs", table),
                  others(static_cast<std::int64_t>(report.runs.rows.size()), report.runs.total, "rekey runs list"));
}

}  // namespace

Markup away_section(const Report& report) {
    if (report.away.total == 0) return {};
    Markup table{
        "<table><thead><tr><th scope=\"col\">Unit</th><th scope=\"col\">Away since</th>"
        "<th scope=\"col\">Must be back by</th><th scope=\"col\" class=\"number\">Due "
        "there</th></tr></thead><tbody>\n"};
    for (const auto& row : report.away.rows)
        table += markup("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td class=\"number\">{}</td></tr>\n",
                        named(row.unit), date(row.since, report.made_at()),
                        row.must_reconnect_by ? date(*row.must_reconnect_by, report.made_at()) : Markup{"–"}, row.due);
    table += {"</tbody></table>"};
    return markup(
        "<section>\n<h2>Units that are away</h2>\n<p>{} of {} units did not answer when last asked. Units with a "
        "renewal "
        "that waits for them: {}.</p>\n{}{}</section>\n",
        report.statistics.offline, report.statistics.online + report.statistics.offline, report.statistics.deferred,
        scrolling("Units that are away", table),
        others(static_cast<std::int64_t>(report.away.rows.size()), report.away.total, "rekey units list"));
}

Markup renewals_section(const Report& report) {
    auto section = markup("<section>\n<h2>Renewals since {}</h2>\n", to_rfc3339(report.since).substr(0, 10));
    if (report.renewals.empty()) {
        section += {"<p>There were none.</p>\n"};
    } else {
        auto months = months_of(report);
        section += markup("<h3>By month and outcome</h3>\n<div class=\"beside\"><div>{}{}</div>{}</div>\n",
                          plot(months), legend(months), scrolling(months.title, table_of(months, "Month", "Slots")));
        section += markup("<h3>By reason</h3>\n{}", reasons_of(report));
    }
    if (report.actors.total != 0) section += actors_of(report);
    if (report.runs.total != 0) section += runs_of(report);
    section += {"</section>\n"};
    return section;
}

Markup credentials_section(const Report& report) {
    Markup section{"<section>\n<h2>Credentials and their health</h2>\n"};
    if (report.credentials.total == 0) {
        section += {"<p>No tenant has a credential.</p>\n</section>\n"};
        return section;
    }
    const auto& statistics = report.statistics;
    section += markup(
        "<p>Tenants: {}. Credentials that are active or staged: {}; failed when last used: {}; never used with "
        "success: "
        "{}.</p>\n",
        report.tenants, report.credentials.total, statistics.failing, statistics.unproven);
    Markup table{
        "<table><thead><tr><th scope=\"col\">Tenant</th><th scope=\"col\">Credential</th><th scope=\"col\">State</th>"
        "<th scope=\"col\">Health</th><th scope=\"col\">Last success</th><th scope=\"col\">Rotation</th></tr></thead>"
        "<tbody>\n"};
    for (const auto& row : report.credentials.rows) {
        const char* colour = row.health == "ok" ? "good" : row.health == "unknown" ? "muted" : "bad";
        table += markup(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td class=\"{}\">{}</td><td>{}</td><td>{}</td></tr>\n",
            named(row.tenant), named(row.name), store::to_string(row.state), colour, row.health,
            moment(row.last_success), row.rotation.empty() ? std::string("–") : row.rotation);
    }
    table += {"</tbody></table>"};
    section += scrolling("Credentials", table);
    section += others(static_cast<std::int64_t>(report.credentials.rows.size()), report.credentials.total,
                      "rekey credential list");
    section += {"</section>\n"};
    return section;
}

Markup audit_section(const Report& report) {
    const auto& audit = report.audit;
    Markup section{"<section>\n<h2>Audit chain</h2>\n"};
    if (audit.problems.empty()) {
        section +=
            markup("<p><span class=\"good\">Verified:</span> each of its {} entries fits the one before it.</p>\n",
                   audit.entries);
    } else {
        section += markup("<p><span class=\"bad\">Broken.</span> Problems: {}, in {} entries:</p>\n<ul>\n",
                          static_cast<std::int64_t>(audit.problems.size()), audit.entries);
        std::size_t shown = 0;
        for (const auto& problem : audit.problems)
            if (shown++ < most_rows) section += markup("<li>{}</li>\n", problem);
        section += {"</ul>\n"};
        section += others(static_cast<std::int64_t>(std::min(shown, most_rows)),
                          static_cast<std::int64_t>(audit.problems.size()), "rekey audit verify");
    }
    if (!audit.head.empty())
        section += markup("<p>Read up to entry {}, the last one. Its hash: <code>{}</code></p>\n",
                          std::to_string(audit.head_seq), audit.head);
    if (!audit.head.empty() && audit.problems.empty())
        section +=
            {"<p class=\"muted\">Note it elsewhere: <code>rekey audit verify --head</code> tells later whether it is "
             "still "
             "in the chain.</p>\n"};
    section += {"</section>\n"};
    return section;
}

}  // namespace rekey::report
