#include "report/ahead.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/page_parts.hpp"

namespace rekey::report {

namespace {

std::string day_of(Time time) {
    constexpr std::size_t digits = 10;
    return to_rfc3339(time).substr(0, digits);
}

/// What unattended runs do with it, were its unit online.
void foresee(Ahead& row, const renewal::Assessment& assessment, const store::Certificate& in_use, Time now) {
    auto set = [&](Fate fate, std::string what) {
        row.fate = fate;
        row.what = std::move(what);
    };
    if (in_use.state == store::CertificateState::foreign && !in_use.issuer_id)
        return set(Fate::foreign, "foreign: renew it yourself");
    if (!assessment.trouble.empty()) return set(Fate::impossible, "cannot be renewed: " + assessment.trouble);
    if (!assessment.verdict) return set(Fate::impossible, "cannot be judged");
    const auto& verdict = *assessment.verdict;
    if (verdict.due == policy::Due::issuer_expiring)
        return set(Fate::impossible, fmt::format("ends with its issuer: renew {} first", assessment.issuer));
    if (verdict.due != policy::Due::no) return set(Fate::automatic, "renewed automatically: due now");
    if (verdict.due_at < row.not_after)
        return set(Fate::automatic,
                   fmt::format("renewed automatically: due on {}", day_of(std::max(verdict.due_at, now))));
    set(Fate::impossible, "not due before it ends: renew it yourself");
}

void foresee_away(Ahead& row, Time since) {
    row.fate = Fate::away;
    row.what = fmt::format("unit away since {}, must be back by {}", day_of(since), day_of(row.not_after));
}

const char* colour_of(Fate fate) { return fate == Fate::automatic ? "" : "bad"; }

}  // namespace

std::string_view to_string(Fate fate) {
    switch (fate) {
        case Fate::automatic:
            return "automatic";
        case Fate::away:
            return "away";
        case Fate::foreign:
            return "foreign";
        case Fate::impossible:
            return "impossible";
    }
    return "";
}

void AheadList::add(const renewal::Assessment& assessment) {
    const auto& in_use = assessment.status.in_use;
    if (!in_use || in_use->chain_end.at <= now_ || in_use->chain_end.at > now_ + std::chrono::days{days_ahead}) return;
    Ahead row;
    row.slot = assessment.status.slot.name.to_string();
    row.number = in_use->facts.number;
    row.not_after = in_use->chain_end.at;
    row.days = days_between(now_, row.not_after);
    foresee(row, assessment, *in_use, now_);
    first_.add(std::move(row));
}

List<Ahead> AheadList::list(store::Reader& store) && {
    auto list = std::move(first_).list();
    for (auto& row : list.rows) {
        if (row.fate != Fate::automatic) continue;
        auto slot = SlotName::parse(row.slot);
        auto unit = slot ? store::find_unit(store, slot->unit) : std::nullopt;
        if (unit && unit->offline_since) foresee_away(row, *unit->offline_since);
    }
    return list;
}

Markup ahead_section(const Report& report) {
    if (report.soonest.total == 0) return {};
    auto section = markup("<section>\n<h2>The next {} days, by name</h2>\n", std::int64_t{days_ahead});
    if (report.ahead.total == 0) {
        section += {"<p>No certificate in use ends.</p>\n</section>\n"};
        return section;
    }
    Markup table{
        "<table class=\"ahead\"><thead><tr><th scope=\"col\">Slot</th><th scope=\"col\">Ends</th>"
        "<th scope=\"col\">What will happen</th></tr></thead><tbody>\n"};
    for (const auto& row : report.ahead.rows)
        table += markup("<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"text {}\">{}</td></tr>\n", named(row.slot),
                        date(row.not_after, report.made_at()), colour_of(row.fate), named(row.what));
    table += {"</tbody></table>"};
    section += scrolling("What ends soon", table);
    section += others(static_cast<std::int64_t>(report.ahead.rows.size()), report.ahead.total,
                      "rekey certs list --expiring 30d");
    if (std::ranges::any_of(report.ahead.rows, [](const Ahead& row) { return row.fate == Fate::automatic; }))
        section +=
            {"<p class=\"more\">Automatically: by <code>rekey certs renew --due</code>, where it is scheduled.</p>\n"};
    section += {"</section>\n"};
    return section;
}

}  // namespace rekey::report
