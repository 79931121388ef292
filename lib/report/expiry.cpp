#include "report/expiry.hpp"

#include <algorithm>

#include "report/page_parts.hpp"
#include "report/plot.hpp"

namespace rekey::report {

namespace {

constexpr std::size_t months_ahead = 13;  // this one, and the next twelve
constexpr std::size_t most_years = 13;

/// The types by number, as series: beyond `most_series` the rest are one.
class Series {
public:
    explicit Series(const Counts& types) {
        std::vector<std::pair<std::string, std::int64_t>> sorted(types.begin(), types.end());
        std::stable_sort(sorted.begin(), sorted.end(),
                         [](const auto& one, const auto& other) { return one.second > other.second; });
        for (const auto& [type, count] : sorted) names_.push_back(type);
        if (names_.size() <= most_series) return;
        names_.resize(most_series - 1);
        names_.emplace_back("other types");
        has_rest_ = true;
    }

    const std::vector<std::string>& names() const { return names_; }

    std::vector<std::int64_t> parts(const renewal::TypeCounts& counts) const {
        std::vector<std::int64_t> parts(names_.size());
        auto named_ones = names_.end() - (has_rest_ ? 1 : 0);
        for (const auto& [type, count] : counts) {
            auto place = std::find(names_.begin(), named_ones, type);
            parts[std::min(static_cast<std::size_t>(place - names_.begin()), names_.size() - 1)] += count;
        }
        return parts;
    }

private:
    std::vector<std::string> names_;
    bool has_rest_ = false;
};

renewal::TypeCounts at(const renewal::Timeline& timeline, const std::string& period) {
    auto found = timeline.find(period);
    return found == timeline.end() ? renewal::TypeCounts{} : found->second;
}

Columns months_of(const Report& report, const Series& series) {
    Columns columns{"months", "Certificates that expire in the next twelve months", series.names(), {}, {}};
    columns.columns.push_back({"past", "", "expired", series.parts(report.expired)});
    auto month = renewal::month_of(report.made_at());
    std::string year;
    for (std::size_t i = 0; i < months_ahead; ++i, month = renewal::next_period(month)) {
        auto this_year = month.substr(0, year_digits);
        columns.columns.push_back(
            {month_name(month), this_year == year ? "" : this_year, month, series.parts(at(report.months, month))});
        year = this_year;
    }
    return columns;
}

Columns years_of(const Report& report, const Series& series) {
    Columns columns{
        "years", "Certificates that are not expired, by the year in which they expire", series.names(), {}, {}};
    auto years = renewal::by_year(report.months);
    auto year = renewal::month_of(report.made_at()).substr(0, year_digits);
    for (std::size_t i = 0; i < most_years; ++i, year = renewal::next_period(year)) {
        if (years.empty() || years.rbegin()->first < year) return columns;
        columns.columns.push_back({year, "", year, series.parts(at(years, year))});
    }
    renewal::TypeCounts later;
    for (auto rest = years.lower_bound(year); rest != years.end(); ++rest)
        for (const auto& [type, count] : rest->second) later[type] += count;
    if (!later.empty()) columns.columns.push_back({"later", "", year + " or later", series.parts(later)});
    return columns;
}

Markup figure_of(std::string_view heading, const Columns& columns, const std::string& period) {
    auto numbers = scrolling(columns.title, table_of(columns, period, "Certificates"));
    return markup("<h3>{}</h3>\n<div class=\"beside\"><div>{}{}</div>{}</div>\n", heading, plot(columns),
                  legend(columns), numbers);
}

Markup soonest_of(const Report& report) {
    Markup table{
        "<table><thead><tr><th scope=\"col\">Slot</th><th scope=\"col\">Ends</th><th scope=\"col\">Number</th>"
        "</tr></thead><tbody>\n"};
    for (const auto& row : report.soonest.rows)
        table += markup("<tr><th scope=\"row\">{}{}</th><td>{}{}{}</td><td>{}</td></tr>\n", named(row.slot),
                        row.foreign ? Markup{" <span class=\"muted\">(foreign)</span>"} : Markup{},
                        row.not_after <= report.made_at() ? Markup{"<span class=\"bad\">expired</span> "} : Markup{},
                        date(row.not_after, report.made_at()), ends_with(row.ends_with), short_number(row.number));
    table += {"</tbody></table>"};
    auto shown = static_cast<std::int64_t>(report.soonest.rows.size());
    return markup("<h3>The first to end</h3>\n{}{}", scrolling("The first certificates to end", table),
                  others(shown, report.soonest.total, "rekey certs list"));
}

}  // namespace

Markup expiry_section(const Report& report) {
    Markup section{"<section>\n<h2>When certificates expire</h2>\n"};
    if (report.soonest.total == 0) {
        section += {"<p>No certificate is in use.</p>\n</section>\n"};
        return section;
    }
    Series series(report.types);
    auto months = months_of(report, series);
    auto in_months = std::any_of(months.columns.begin(), months.columns.end(),
                                 [](const PlotColumn& each) { return each.total() != 0; });
    auto last = months.columns.back().period;
    bool beyond = !report.months.empty() && report.months.rbegin()->first > last;
    if (in_months)
        section += figure_of("In the next twelve months", months, "Month");
    else
        section += {"<p>None has expired, and none expires in the next twelve months.</p>\n"};
    if (beyond) section += figure_of("Year by year", years_of(report, series), "Year");
    section += soonest_of(report);
    section += {"</section>\n"};
    return section;
}

}  // namespace rekey::report
