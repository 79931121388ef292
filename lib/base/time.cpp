#include <fmt/format.h>

#include <charconv>

#include "rekey/base/base.hpp"

namespace rekey {

using namespace std::chrono;

namespace {

/// Puts two digits into `text`, from `at` on.
void put_two(std::string& text, std::size_t at, unsigned number) {
    text[at] = static_cast<char>('0' + number / 10);
    text[at + 1] = static_cast<char>('0' + number % 10);
}

}  // namespace

std::string to_rfc3339(Time time) {
    auto day = floor<days>(time);
    year_month_day date{day};
    auto seconds_of_day = static_cast<unsigned>((time - day).count());
    auto year = static_cast<int>(date.year());
    // Digit by digit, as listings have several in each of millions of rows.
    std::string text = "0000-00-00T00:00:00Z";
    put_two(text, 5, static_cast<unsigned>(date.month()));
    put_two(text, 8, static_cast<unsigned>(date.day()));
    put_two(text, 11, seconds_of_day / 3600);
    put_two(text, 14, seconds_of_day / 60 % 60);
    put_two(text, 17, seconds_of_day % 60);
    if (year < 0 || year > 9999) return text.replace(0, 4, fmt::format("{:04}", year));
    put_two(text, 0, static_cast<unsigned>(year) / 100);
    put_two(text, 2, static_cast<unsigned>(year) % 100);
    return text;
}

namespace {

/// Takes `width` digits from the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t width) {
    if (text.size() < width) return std::nullopt;
    int value = 0;
    for (char c : text.substr(0, width)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

/// Whatever offset its text has.
std::optional<Time> read_rfc3339(std::string_view text) {
    auto y = take_number(text, 4);
    if (!y || !take(text, "-")) return std::nullopt;
    auto mo = take_number(text, 2);
    if (!mo || !take(text, "-")) return std::nullopt;
    auto d = take_number(text, 2);
    if (!d || !take(text, "Tt ")) return std::nullopt;
    auto h = take_number(text, 2);
    if (!h || !take(text, ":")) return std::nullopt;
    auto mi = take_number(text, 2);
    if (!mi || !take(text, ":")) return std::nullopt;
    auto s = take_number(text, 2);
    if (!s || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
    if (take(text, ".")) {
        if (!take_number(text, 1)) return std::nullopt;
        while (take_number(text, 1)) {
        }
    }
    year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return std::nullopt;
    Time time = sys_days{date} + hours{*h} + minutes{*mi} + seconds{*s};
    if (take(text, "Zz")) return text.empty() ? std::optional{time} : std::nullopt;
    bool east = !text.empty() && text.front() == '+';
    if (!take(text, "+-")) return std::nullopt;
    auto offset_hours = take_number(text, 2);
    if (!offset_hours || !take(text, ":")) return std::nullopt;
    auto offset_minutes = take_number(text, 2);
    if (!offset_minutes || *offset_hours > 23 || *offset_minutes > 59 || !text.empty()) return std::nullopt;
    auto offset = hours{*offset_hours} + minutes{*offset_minutes};
    return east ? time - offset : time + offset;
}

}  // namespace

std::optional<Time> from_rfc3339(std::string_view text) {
    constexpr Time first = sys_days{year{1} / January / 1};
    constexpr Time end = sys_days{year{10000} / January / 1};
    auto time = read_rfc3339(text);
    return time && *time >= first && *time < end ? time : std::nullopt;
}

std::optional<Period> Period::parse(std::string_view text) {
    int count = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failure != std::errc{} || count < 0 || text.front() == '-') return std::nullopt;
    std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    Period period;
    constexpr int most = 1'000'000;
    if (count > most) return std::nullopt;
    if (unit == "y" && count <= 8000) {
        period.months = count * 12;
    } else if (unit == "mo" && count <= 96000) {
        period.months = count;
    } else if (unit == "w" && count <= most / 7) {
        period.seconds = weeks{count};
    } else if (unit == "d") {
        period.seconds = days{count};
    } else if (unit == "h") {
        period.seconds = hours{count};
    } else if (unit == "m") {
        period.seconds = minutes{count};
    } else if (unit == "s") {
        period.seconds = std::chrono::seconds{count};
    } else {
        return std::nullopt;
    }
    return period;
}

std::string Period::to_string() const {
    if (months != 0) return months % 12 == 0 ? fmt::format("{}y", months / 12) : fmt::format("{}mo", months);
    auto count = seconds.count();
    if (count != 0 && count % 86400 == 0) return fmt::format("{}d", count / 86400);
    if (count != 0 && count % 3600 == 0) return fmt::format("{}h", count / 3600);
    if (count != 0 && count % 60 == 0) return fmt::format("{}m", count / 60);
    return fmt::format("{}s", count);
}

namespace {

Time add_months(Time time, int count) {
    auto day = floor<days>(time);
    year_month_day date{day};
    date += std::chrono::months{count};
    if (!date.ok()) date = date.year() / date.month() / last;
    return sys_days{date} + (time - day);
}

}  // namespace

Time Period::after(Time time) const { return add_months(time, months) + seconds; }

Time Period::before(Time time) const { return add_months(time - seconds, -months); }

Seconds Period::approximate() const { return seconds + days{months / 12 * 365 + months % 12 * 30}; }

std::int64_t days_between(Time now, Time end) { return floor<days>(end - now).count(); }

}  // namespace rekey
