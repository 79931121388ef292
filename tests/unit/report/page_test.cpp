#include <doctest/doctest.h>

#include <limits>

#include "rekey/report/report.hpp"
#include "report/markup.hpp"
#include "report/plot.hpp"

using namespace rekey;
using report::Columns;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* hostile = "</style><script>alert('1')</script>\"&";

/// A report in which everything that others choose is hostile.
report::Report with_hostile_names() {
    report::Report report(*from_rfc3339("2030-03-10T12:00:00Z"));
    report.version = "0.1.0";
    report.home = report.organization = hostile;
    report.expired = {{hostile, 1}};
    report.months = {{"2030-04", {{hostile, 2}}}, {"2041-01", {{hostile, 1}}}};
    report.types = report.keys = report.signatures = {{hostile, 4}};
    report.soonest = {{{hostile, hostile, report.made_at(), true, hostile}}, 30};
    report.away = {{{hostile, report.made_at(), std::nullopt, 1}}, 1};
    report.issuers = {{{hostile, hostile, hostile, report.made_at(), 1, hostile}}, 1};
    report.findings[hostile] = {{{hostile, hostile, hostile}}, 1};
    report.violating = 1;
    report.renewals = {{"2030-02", std::nullopt, store::Outcome::renewed, 3}};
    report::ReportedRun run;
    run.run.command = run.run.selection = run.run.comment = run.run.actor = run.status = hostile;
    report.runs = {{run}, 1};
    report.credentials = {
        {{hostile, hostile, store::CredentialState::active, hostile, std::nullopt, std::nullopt, hostile}}, 1};
    report.sites = {hostile, {{{hostile}}, 1}};
    report.ahead = {{{hostile, hostile, report.made_at(), 0, report::Fate::away, hostile}}, 1};
    report.actors = {{{hostile, 1, 1, 0}}, 1};
    report.audit = {1, hostile, {hostile}};
    return report;
}

}  // namespace

TEST_CASE("text is escaped, and what turns the direction of others becomes visible") {
    CHECK(report::escaped("a<b>&\"'") == "a&lt;b&gt;&amp;&quot;&#39;");
    CHECK(report::escaped("שלום 😀") == "שלום 😀");
    CHECK(report::escaped("a\xe2\x80\xae"
                          "b") == "a\\xE2\\x80\\xAEb");
    CHECK(report::escaped("a\x01\xff") == "a\\x01\\xFF");
    CHECK(report::markup("<i>{}</i>{}{}", "<", 1234567, report::Markup{"<br>"}).text == "<i>&lt;</i>1,234,567<br>");
    CHECK(report::grouped(0) == "0");
    CHECK(report::grouped(999) == "999");
    CHECK(report::grouped(-1000) == "-1,000");
    CHECK(report::grouped(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
}

TEST_CASE("hostile names do nothing to the page") {
    auto page = report::html(with_hostile_names());
    CHECK_FALSE(contains(page, "<script"));
    CHECK_FALSE(contains(page, "alert('1')"));
    CHECK(contains(page, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
    // The style ends once, where it should.
    CHECK(page.find("</style>") == page.rfind("</style>"));
    CHECK(contains(page, "default-src 'none'"));
    CHECK_FALSE(contains(page, "http://"));
    CHECK_FALSE(contains(page, "https://"));
}

TEST_CASE("columns say what they show without colours") {
    Columns columns{
        "id", "Title", {"iam", "online"}, {{"Mar", "2030", "2030-03", {3, 10500}}, {"Apr", "", "2030-04", {0, 0}}}, {}};
    auto svg = report::plot(columns).text;
    CHECK(contains(svg, "role=\"img\""));
    CHECK(contains(svg, "<title id=\"id-title\">Title"));
    CHECK(contains(svg, "<title>2030-03: 10,503 (iam\u00a03, online\u00a010,500)</title>"));
    CHECK(contains(svg, ">11k</text>"));
    // Three of ten thousand are a pixel, and nothing is nothing.
    CHECK(contains(svg, "class=\"s1\" x=\"1.33%\" y=\"149\" width=\"5.67%\" height=\"1\""));
    CHECK(contains(svg, "<title>2030-04: 0</title><text"));
    auto table = report::table_of(columns, "Month", "Certificates").text;
    CHECK(contains(
        table,
        "<th scope=\"row\">2030-03</th><td class=\"number\">10,503</td><td>iam\u00a03, online\u00a010,500</td>"));
    CHECK_FALSE(contains(table, "2030-04"));
    CHECK(report::legend({"id", "Title", {"one"}, {}, {}}).text.empty());
}
