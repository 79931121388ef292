#include "relative_time.hpp"

#include <fmt/format.h>

#include <chrono>

namespace rekey::cli {

namespace {

using std::chrono::floor;

std::string length(Seconds span) {
    using std::chrono::days;
    using std::chrono::hours;
    using std::chrono::minutes;
    // Two of a unit are told better in the one below: 47 h, not 1 d.
    if (span < hours{2}) return fmt::format("{} min", floor<minutes>(span).count());
    if (span < days{2}) return fmt::format("{} h", floor<hours>(span).count());
    if (span < days{61}) return fmt::format("{} d", floor<days>(span).count());
    constexpr double month = 365.2425 / 12;
    auto in_days = floor<days>(span).count();
    if (in_days < 731) return fmt::format("{} mo", static_cast<int>(static_cast<double>(in_days) / month));
    // A day more, for the leap days that were not in these years.
    return fmt::format("{} y", static_cast<int>((static_cast<double>(in_days) + 1) / 365.2425));
}

}  // namespace

std::string relative(Time now, Time time) {
    auto span = std::chrono::abs(time - now);
    if (span < std::chrono::minutes{1}) return "now";
    return time > now ? "in " + length(span) : length(span) + " ago";
}

std::string date_and_relative(Time now, Time time) {
    constexpr std::size_t date = 10;
    return fmt::format("{} ({})", to_rfc3339(time).substr(0, date), relative(now, time));
}

}  // namespace rekey::cli
