#pragma once

#include <string>
#include <vector>

#include "report/markup.hpp"

namespace rekey::report {

/// One column: a part for each series, from the bottom.
struct PlotColumn {
    std::string label;   ///< `Nov`
    std::string second;  ///< below it: `2026`; may be empty
    std::string period;  ///< in full: `2026-11`
    std::vector<std::int64_t> parts;

    std::int64_t total() const;
};

/// Stacked columns, with their numbers above them. At most `most_series` series.
struct Columns {
    std::string id;  ///< of the page's elements
    std::string title;
    std::vector<std::string> series;
    std::vector<PlotColumn> columns;
    std::vector<int> colours;  ///< of the series, by the number in the style sheet; empty: 1, 2, 3, …
};
inline constexpr std::size_t most_series = 6;
/// The style sheet's red.
inline constexpr int colour_of_failure = 7;

/// Inline SVG as wide as there is room: places are in percent, so that letters keep their size on a phone.
Markup plot(const Columns& columns);
/// `Mar`, of a month as `2036-03`.
std::string month_name(const std::string& month);

/// What the colours mean of the series that are there; nothing with a single series.
Markup legend(const Columns& columns);
/// The same as a table: period, total, and what it consists of.
Markup table_of(const Columns& columns, const std::string& period_header, const std::string& total_header);

/// A bar of `part` in `whole`; with its numbers beside it.
Markup bar(std::int64_t part, std::int64_t whole);

}  // namespace rekey::report
