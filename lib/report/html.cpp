#include "report/ahead.hpp"
#include "report/changes.hpp"
#include "report/expiry.hpp"
#include "report/keys.hpp"
#include "report/operations.hpp"
#include "report/page_parts.hpp"
#include "report/sites.hpp"
#include "report/style.hpp"

namespace rekey::report {

namespace {

/// Nothing but its own style: whatever slipped in could load and run nothing.
constexpr std::string_view head =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n";

Markup figure(const Markup& value, std::string_view label) {
    return markup("<div><dt>{}</dt><dd>{}</dd></div>\n", label, value);
}

Markup figures_of(const Report& report) {
    const auto& statistics = report.statistics;
    auto number = [](std::int64_t value) { return markup("{}", value); };
    Markup list{"<dl class=\"figures\">\n"};
    list += figure(number(statistics.online + statistics.offline), "units");
    list += figure(number(report.soonest.total), "certificates in use");
    list += figure(number(renewal::total_of(report.expired)), "of them expired");
    list += figure(number(statistics.ends_within(days_ahead)), "end within 30 days");
    list += figure(number(statistics.due), "due by policy");
    list += figure(number(report.tenants), "tenants");
    list += {"</dl>\n"};
    return list;
}

Markup concerns_of(const Report& report) {
    Markup section{"<section>\n<h2>What needs attention</h2>\n"};
    auto list = concerns(report);
    if (list.empty()) {
        section += {"<p class=\"good\">Nothing.</p>\n</section>\n"};
        return section;
    }
    section += {"<ul class=\"concerns\">\n"};
    for (const auto& each : list)
        section +=
            markup("<li><span class=\"what\">{}{}</span> <code>{}</code></li>\n",
                   each.urgent ? Markup{"<span class=\"bad\">Urgent:</span> "} : Markup{}, each.what, each.command);
    section += {"</ul>\n</section>\n"};
    return section;
}

/// The first sentence of the page; its colour is said in a word, too.
Markup verdict_of(const Report& report) {
    auto level = level_of(report);
    return markup("<p class=\"verdict {}\"><strong class=\"level\">{}:</strong> {}</p>\n", renewal::to_string(level),
                  word_of(level), sentence(report));
}

Markup header_of(const Report& report) {
    return markup(
        "<header>\n<h1>{}</h1>\n{}<p class=\"made\">Made {} by rekey {} from <code><bdi>{}</bdi></code>. "
        "All times are UTC.</p>\n{}{}</header>\n",
        report.organization.empty() ? Markup{"Certificates and credentials"}
                                    : markup("{}: certificates and credentials", named(report.organization)),
        verdict_of(report), moment(report.made_at()), report.version, report.home,
        report.selection.empty() ? Markup{}
                                 : markup("<p class=\"made\">Units: <bdi>{}</bdi> only.</p>\n", report.selection),
        figures_of(report));
}

constexpr std::string_view limits =
    "<section>\n<h2>What this report does not know</h2>\n"
    "<p>It shows what was recorded when it was made, read at one instant. It asked no unit what it holds, "
    "no server what it serves, and no provider whether a credential works: <code>rekey certs verify</code> and "
    "<code>rekey credential verify</code> do that. Certificates of units that were removed, and earlier "
    "certificates, are not counted as in use.</p>\n</section>\n";

}  // namespace

std::string html(const Report& report) {
    Markup page{std::string(head)};
    page += markup("<title>{} {}</title>\n<style>{}</style>\n</head>\n<body>\n",
                   report.organization.empty() ? std::string("rekey report") : report.organization + ": rekey report",
                   to_rfc3339(report.made_at()).substr(0, 10), Markup{style});
    page += header_of(report);
    page += {"<main>\n"};
    page += concerns_of(report);
    page += sites_section(report);
    page += ahead_section(report);
    page += expiry_section(report);
    page += keys_section(report);
    page += policy_section(report);
    page += away_section(report);
    page += renewals_section(report);
    page += credentials_section(report);
    page += changes_section(report);
    page += audit_section(report);
    page += {std::string(limits)};
    page += {"</main>\n</body>\n</html>\n"};
    return std::move(page.text);
}

}  // namespace rekey::report
