#include "report/markup.hpp"

#include "rekey/base/names.hpp"

namespace rekey::report {

namespace {

constexpr std::size_t day_digits = 10;
constexpr std::size_t minute_digits = 16;

}  // namespace

std::string escaped(std::string_view text) {
    std::string safe;
    for (char c : printable(text)) {
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            case '\'':
                safe += "&#39;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

std::string grouped(std::int64_t number) {
    auto digits = std::to_string(number);
    constexpr std::size_t group = 3;
    auto first = digits.front() == '-' ? std::size_t{1} : std::size_t{0};
    for (auto end = digits.size(); end > first + group;) digits.insert(end -= group, 1, ',');
    return digits;
}

Markup named(std::string_view text) { return markup("<bdi>{}</bdi>", text); }

Markup moment(Time time) {
    auto full = to_rfc3339(time);
    auto shown = full.substr(0, minute_digits);
    shown[day_digits] = ' ';
    return markup("<time datetime=\"{}\">{} UTC</time>", full, shown);
}

Markup moment(const std::optional<Time>& time) { return time ? moment(*time) : Markup{"–"}; }

Markup date(Time time, Time now) {
    auto days = days_between(now, time);
    auto distance =
        time <= now ? fmt::format("{} ago", days_between(time, now) == 1 ? std::string("1 day")
                                                                         : grouped(days_between(time, now)) + " days")
                    : fmt::format("in {}", days == 1 ? std::string("1 day") : grouped(days) + " days");
    auto full = to_rfc3339(time);
    return markup("<time datetime=\"{}\">{}</time> <span class=\"muted\">{}</span>", full, full.substr(0, day_digits),
                  distance);
}

}  // namespace rekey::report
