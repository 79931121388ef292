#include "report/plot.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace rekey::report {

namespace {

// In pixels.
constexpr std::int64_t above = 18;  // for the number
constexpr std::int64_t tallest = 132;
constexpr std::int64_t below = 36;  // for two lines of labels
constexpr std::int64_t line = 14;
// A few columns must not become walls.
constexpr std::size_t fewest_places = 12;
constexpr double filled = 0.68;

std::string percent(double share) { return fmt::format("{:.2f}%", share * 100); }

/// At most four characters, as a narrow column has room for: `999`, `9.9k`, `105k`.
std::string brief(std::int64_t number) {
    constexpr std::int64_t thousand = 1000;
    const char* unit = "";
    double scaled = static_cast<double>(number);
    for (const char* next : {"k", "M", "G"}) {
        if (scaled < thousand) break;
        scaled /= thousand;
        unit = next;
    }
    bool whole = *unit == '\0' || scaled >= 10;
    return whole ? fmt::format("{:.0f}{}", scaled, unit) : fmt::format("{:.1f}{}", scaled, unit);
}

/// A series and its number stay on one line.
std::string words_of(const Columns& all, const PlotColumn& column) {
    constexpr const char* no_break = "\xc2\xa0";
    std::string words;
    for (std::size_t i = 0; i < column.parts.size(); ++i)
        if (column.parts[i] != 0)
            words += (words.empty() ? "" : ", ") + all.series[i] + no_break + grouped(column.parts[i]);
    return words;
}

/// The class of a series.
std::string colour(const Columns& all, std::size_t series) {
    return fmt::format("s{}", all.colours.empty() ? static_cast<int>(series) + 1 : all.colours.at(series));
}

Markup bars_of(const Columns& all, const PlotColumn& column, std::int64_t largest, double left, double width) {
    Markup bars;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < column.parts.size(); ++i) {
        if (column.parts[i] == 0) continue;
        auto from = sum * tallest / largest;
        sum += column.parts[i];
        // Never nothing, where there is something; a hair between neighbours.
        auto height = std::max<std::int64_t>(sum * tallest / largest - from - (from > 0 ? 1 : 0), 1);
        bars += markup("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", colour(all, i),
                       percent(left), std::to_string(above + tallest - from - (from > 0 ? 1 : 0) - height),
                       percent(width), std::to_string(height));
    }
    return bars;
}

}  // namespace

std::string month_name(const std::string& month) {
    constexpr std::array names{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    constexpr std::size_t year_and_dash = 5;
    return names.at(static_cast<std::size_t>(std::stoi(month.substr(year_and_dash))) - 1);
}

std::int64_t PlotColumn::total() const { return std::accumulate(parts.begin(), parts.end(), std::int64_t{0}); }

Markup plot(const Columns& all) {
    std::int64_t largest = 1;
    for (const auto& column : all.columns) largest = std::max(largest, column.total());
    auto places = static_cast<double>(std::max(all.columns.size(), fewest_places));
    auto svg = markup(
        "<svg class=\"plot\" role=\"img\" aria-labelledby=\"{}-title\" width=\"100%\" height=\"{}\">"
        "<title id=\"{}-title\">{}; the table beside it has the numbers</title>",
        all.id, std::to_string(above + tallest + below), all.id, all.title);
    auto ground = std::to_string(above + tallest);
    svg += markup("<line class=\"ground\" x1=\"0\" x2=\"100%\" y1=\"{}.5\" y2=\"{}.5\"/>", ground, ground);
    for (std::size_t i = 0; i < all.columns.size(); ++i) {
        const auto& column = all.columns[i];
        auto left = static_cast<double>(i) / places;
        auto middle = percent(left + 0.5 / places);
        auto total = column.total();
        auto top = above + tallest - std::max<std::int64_t>(total * tallest / largest, total == 0 ? 0 : 1);
        svg += markup("<g><title>{}: {}{}</title>", column.period, total,
                      total == 0 ? "" : " (" + words_of(all, column) + ")");
        svg += bars_of(all, column, largest, left + (1 - filled) / 2 / places, filled / places);
        if (total != 0)
            svg += markup("<text class=\"count\" x=\"{}\" y=\"{}\">{}</text>", middle, std::to_string(top - 5),
                          brief(total));
        // Years are too wide to fit side by side on a phone.
        bool gives_way = i % 2 == 1 && column.label.size() > 3;
        svg += markup("<text{} x=\"{}\" y=\"{}\">{}</text>", Markup{gives_way ? " class=\"odd\"" : ""}, middle,
                      std::to_string(above + tallest + line + 1), column.label);
        if (!column.second.empty())
            svg += markup("<text x=\"{}\" y=\"{}\">{}</text>", middle, std::to_string(above + tallest + 2 * line),
                          column.second);
        svg += {"</g>"};
    }
    svg += {"</svg>\n"};
    return svg;
}

Markup legend(const Columns& all) {
    if (all.series.size() < 2) return {};
    Markup list{"<ul class=\"legend\">"};
    for (std::size_t i = 0; i < all.series.size(); ++i) {
        bool there = std::any_of(all.columns.begin(), all.columns.end(),
                                 [i](const PlotColumn& each) { return each.parts.at(i) != 0; });
        if (!there) continue;
        list += markup(
            "<li><svg width=\"10\" height=\"10\" aria-hidden=\"true\"><rect class=\"{}\" width=\"10\" "
            "height=\"10\"/></svg> {}</li>",
            colour(all, i), all.series[i]);
    }
    list += {"</ul>\n"};
    return list;
}

Markup table_of(const Columns& all, const std::string& period_header, const std::string& total_header) {
    auto table = markup(
        "<table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\" class=\"number\">{}</th>"
        "<th scope=\"col\">Of which</th></tr></thead><tbody>\n",
        period_header, total_header);
    for (const auto& column : all.columns) {
        if (column.total() == 0) continue;
        table += markup("<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td>{}</td></tr>\n", column.period,
                        column.total(), words_of(all, column));
    }
    table += {"</tbody></table>\n"};
    return table;
}

Markup bar(std::int64_t part, std::int64_t whole) {
    auto share = whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
    return markup(
        "<svg width=\"100%\" height=\"10\" aria-hidden=\"true\"><rect class=\"track\" width=\"100%\" height=\"10\"/>"
        "<rect class=\"s1\" width=\"{}\" height=\"10\"/></svg>",
        percent(part == 0 ? 0.0 : std::max(share, 0.005)));
}

}  // namespace rekey::report
