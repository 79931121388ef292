#include "report/markup.hpp"

#include "rekey/base/base.hpp"

namespace rekey::report {

namespace {

constexpr std::size_t day_digits = 10;
constexpr std::size_t minute_digits = 16;

std::string in_words(std::int64_t days) {
    constexpr std::int64_t year = 365;
    if (days >= 2 * year) return grouped(days / year) + " years";
    return days == 1 ? "1 day" : grouped(days) + " days";
}

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
    bool past = time <= now;
    auto distance = in_words(past ? days_between(time, now) : days_between(now, time));
    distance = past ? distance + " ago" : "in " + distance;
    auto full = to_rfc3339(time);
    return markup("<time datetime=\"{}\">{}</time> <span class=\"muted\">{}</span>", full, full.substr(0, day_digits),
                  distance);
}

}  // namespace rekey::report
