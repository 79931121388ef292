#include "output/relative_time.hpp"

#include <fmt/format.h>

#include <chrono>

namespace rekey::cli {

namespace {

/// Whole months of the calendar between two times.
int months_between(Time earlier, Time later) {
    using namespace std::chrono;
    auto days_of = [](Time time) { return floor<days>(time); };
    year_month_day from{days_of(earlier)};
    year_month_day to{days_of(later)};
    auto count = (to.year() / to.month() - from.year() / from.month()).count();
    auto since_month = [&](Time time, const year_month_day& date) {
        return time - sys_days{date.year() / date.month() / 1};
    };
    bool whole = since_month(later, to) >= since_month(earlier, from);
    return static_cast<int>(count) - (whole ? 0 : 1);
}

std::string length(Time earlier, Time later) {
    using namespace std::chrono;
    auto span = later - earlier;
    // A small number reads better in the unit below: 47 h, not 1 d.
    if (span < hours{2}) return fmt::format("{} min", floor<minutes>(span).count());
    if (span < days{2}) return fmt::format("{} h", floor<hours>(span).count());
    if (span < days{61}) return fmt::format("{} d", floor<days>(span).count());
    // To the nearest: what was made for ten years has not nine left a minute later.
    auto months = months_between(earlier, later + days{15});
    return months < 24 ? fmt::format("{} mo", months) : fmt::format("{} y", (months + 6) / 12);
}

}  // namespace

std::string relative(Time now, Time time) {
    if (std::chrono::abs(time - now) < std::chrono::minutes{1}) return "now";
    return time > now ? "in " + length(now, time) : length(time, now) + " ago";
}

std::string date_and_relative(Time now, Time time) {
    constexpr std::size_t date = 10;
    return fmt::format("{} ({})", to_rfc3339(time).substr(0, date), relative(now, time));
}

}  // namespace rekey::cli
