#include "tenants/records/date_forms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/text/blanks.hpp"
#include "base/text/letters.hpp"
#include "rekey/base/base.hpp"

namespace rekey::tenants {

namespace {

using namespace std::chrono;

constexpr int first_year = 1970;
constexpr int last_year = 9999;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A run of digits or of letters, or one other character that is no blank.
struct Token {
    std::string_view text;
    bool is_number() const { return is_digit(text.front()); }
    bool is_word() const { return is_letter(text.front()); }
    bool is(char c) const { return text.size() == 1 && text.front() == c; }
    int number() const {
        int value = -1;
        if (text.size() <= 9) std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }
};

std::vector<Token> tokens_of(std::string_view text) {
    std::vector<Token> tokens;
    while (!text.empty()) {
        std::size_t size = 1;
        auto same = is_digit(text.front()) ? is_digit : is_letter(text.front()) ? is_letter : nullptr;
        while (same != nullptr && size < text.size() && same(text[size])) ++size;
        if (text.front() != ' ') tokens.push_back({text.substr(0, size)});
        text.remove_prefix(size);
    }
    return tokens;
}

/// 1 to 12 for an English name, whole or its first letters (three at least).
std::optional<int> month_of(std::string_view word) {
    constexpr std::array<std::string_view, 12> months{"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};
    std::string small;
    for (char c : word) small += lower_case(c);
    if (small.size() < 3) return std::nullopt;
    for (std::size_t i = 0; i < months.size(); ++i)
        if (months[i].starts_with(small)) return static_cast<int>(i) + 1;
    return std::nullopt;
}

bool is_weekday(std::string_view word) {
    constexpr std::array<std::string_view, 7> days{"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};
    std::string small;
    for (char c : word) small += lower_case(c);
    return small.size() >= 3 && std::any_of(days.begin(), days.end(), [&](auto day) { return day.starts_with(small); });
}

std::optional<Time> day_of(int year, int month, int day) {
    year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                        std::chrono::day{static_cast<unsigned>(day)}};
    if (year < first_year || year > last_year || !date.ok()) return std::nullopt;
    return Time{sys_days{date}};
}

[[noreturn]] void refuse(std::string_view text, std::string_view what = "is not a date") {
    constexpr std::size_t enough = 60;
    throw Error(Code::usage, fmt::format("'{}' {}", printable(text.substr(0, enough)), what),
                "write dates as 2030-12-31 or 2030-12-31T08:00:00Z");
}

/// Reads one date from its tokens, left to right.
class DateReader {
public:
    explicit DateReader(std::string_view text) : text_(text), tokens_(tokens_of(text)) {}

    Time read() {
        if (at_word() && is_weekday(tokens_[at_].text)) {
            ++at_;
            take(',');
        }
        auto time = date();
        if (!done()) time += time_of_day();
        if (!done()) time -= offset();
        if (!done()) refuse(text_);
        return time;
    }

private:
    bool done() const { return at_ == tokens_.size(); }
    bool at_word() const { return !done() && tokens_[at_].is_word(); }
    bool at_number() const { return !done() && tokens_[at_].is_number(); }
    bool take(char c) {
        bool found = !done() && tokens_[at_].is(c);
        if (found) ++at_;
        return found;
    }
    bool take_word(std::string_view word) {
        bool found = at_word() && tokens_[at_].text.size() == word.size();
        for (std::size_t i = 0; found && i < word.size(); ++i) found = lower_case(tokens_[at_].text[i]) == word[i];
        if (found) ++at_;
        return found;
    }
    std::string_view digits() {
        if (!at_number()) refuse(text_);
        return tokens_[at_++].text;
    }
    int number(std::size_t most_digits, int highest) {
        auto token = Token{digits()};
        if (token.text.size() > most_digits || token.number() > highest) refuse(text_);
        return token.number();
    }
    Time checked(std::optional<Time> day) const {
        if (!day) refuse(text_, "is not a day of the calendar");
        return *day;
    }
    int year() {
        auto token = Token{digits()};
        if (token.text.size() != 4) refuse(text_, "has no year of four digits");
        return token.number();
    }

    Time date() {
        if (at_word()) return month_first();
        auto first = Token{digits()};
        if (first.text.size() == 8 && done_or_time()) return compact(first.text);
        if (done()) refuse(text_);
        char separator = tokens_[at_].text.front();
        if (at_word()) return day_and_name(first.number());
        if (separator != '-' && separator != '/' && separator != '.') refuse(text_);
        ++at_;
        if (at_word()) return day_and_name(first.number(), separator);
        int second = number(2, 31);
        if (!take(separator)) refuse(text_);
        if (first.text.size() == 4) return checked(day_of(first.number(), second, number(2, 31)));
        return day_or_month_first(first.number(), second, year(), separator);
    }

    bool done_or_time() const {
        return done() || tokens_[at_].is('T') || tokens_[at_].is('t') || tokens_[at_].is_number();
    }

    Time compact(std::string_view digits) const {
        auto part = [&](std::size_t from, std::size_t size) { return Token{digits.substr(from, size)}.number(); };
        return checked(day_of(part(0, 4), part(4, 2), part(6, 2)));
    }

    /// Dec 31, 2030
    Time month_first() {
        auto month = month_of(tokens_[at_++].text);
        if (!month) refuse(text_);
        take('.');
        int day = number(2, 31);
        take_word("st") || take_word("nd") || take_word("rd") || take_word("th");
        take(',');
        return checked(day_of(year(), *month, day));
    }

    /// 31 Dec 2030, 31-Dec-2030
    Time day_and_name(int day, char separator = ' ') {
        take_word("st") || take_word("nd") || take_word("rd") || take_word("th");
        auto month = at_word() ? month_of(tokens_[at_++].text) : std::nullopt;
        if (!month) refuse(text_);
        take('.');
        if (separator != ' ' && !take(separator)) refuse(text_);
        take(',');
        return checked(day_of(year(), *month, day));
    }

    Time day_or_month_first(int first, int second, int year, char separator) const {
        auto day_first = day_of(year, second, first);
        // With dots, no country writes the month first.
        auto month_first = separator == '.' ? std::nullopt : day_of(year, first, second);
        if (day_first && month_first && *day_first != *month_first)
            refuse(text_, fmt::format("can be {} and {}", to_rfc3339(*day_first).substr(0, 10),
                                      to_rfc3339(*month_first).substr(0, 10)));
        return checked(day_first ? day_first : month_first);
    }

    Seconds time_of_day() {
        take(',');
        take_word("at");
        take_word("t");
        auto first = Token{digits()};
        int hour = first.number();
        int minute = 0;
        int second = 0;
        if (first.text.size() == 6 || first.text.size() == 4) {
            auto part = [&](std::size_t from) { return Token{first.text.substr(from, 2)}.number(); };
            hour = part(0);
            minute = part(2);
            if (first.text.size() == 6) second = part(4);
        } else {
            if (first.text.size() > 2 || !take(':')) refuse(text_);
            minute = number(2, 59);
            if (take(':')) second = number(2, 60);
        }
        if (take('.') || take(',')) digits();
        bool afternoon = take_word("pm");
        bool morning = !afternoon && take_word("am");
        if ((afternoon || morning) && (hour < 1 || hour > 12)) refuse(text_);
        if (afternoon || morning) hour = hour % 12 + (afternoon ? 12 : 0);
        if (hour > 23 || minute > 59 || second > 60) refuse(text_);
        return hours{hour} + minutes{minute} + seconds{std::min(second, 59)};
    }

    Seconds offset() {
        bool named = take_word("z") || take_word("utc") || take_word("gmt");
        if (done() && named) return Seconds{0};
        bool east = take('+');
        if (!east && !take('-')) refuse(text_);
        auto token = Token{digits()};
        int hour = token.number();
        int minute = 0;
        if (token.text.size() == 4) {
            hour = Token{token.text.substr(0, 2)}.number();
            minute = Token{token.text.substr(2)}.number();
        } else if (token.text.size() > 2) {
            refuse(text_);
        } else if (take(':')) {
            minute = number(2, 59);
        }
        if (hour > 23 || minute > 59) refuse(text_);
        Seconds size = hours{hour} + minutes{minute};
        return east ? size : -size;
    }

    std::string_view text_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
};

constexpr std::int64_t seconds_a_day = 86'400;

/// Of a part of a day, given by the digits behind the point.
std::int64_t seconds_of(std::string_view part) {
    constexpr std::size_t that_matter = 9;
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;
    for (char c : part.substr(0, that_matter)) {
        numerator = numerator * 10 + (c - '0');
        denominator *= 10;
    }
    return (numerator * seconds_a_day + denominator / 2) / denominator;
}

/// What counts from somewhere, by how large it is; the part behind a point is of a second, or of a day.
std::optional<Time> counted(std::string_view text) {
    auto point = text.find('.');
    auto whole = text.substr(0, point);
    auto part = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
    bool digits = !whole.empty() && whole.size() <= 15 && std::all_of(whole.begin(), whole.end(), is_digit) &&
                  std::all_of(part.begin(), part.end(), is_digit);
    if (!digits || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
    std::int64_t number = 0;
    std::from_chars(whole.data(), whole.data() + whole.size(), number);
    constexpr std::int64_t first_day = 25'569;          // 1970-01-01
    constexpr std::int64_t last_day = 109'575;          // 2200-01-01
    constexpr std::int64_t first_second = 100'000'000;  // in 1973
    constexpr std::int64_t last_second = 9'999'999'999;
    constexpr std::int64_t per_second = 1'000;
    if (number >= first_day && number < last_day) {
        return from_unix((number - first_day) * seconds_a_day + seconds_of(part));
    }
    if (number >= first_second && number <= last_second) return from_unix(number);
    if (number / per_second >= first_second && number / per_second <= last_second)
        return from_unix(number / per_second);
    return std::nullopt;
}

bool is_no_date(std::string_view text) {
    return text.empty() ||
           (text.starts_with("0000-00-00") && text.find_first_of("123456789") == std::string_view::npos);
}

}  // namespace

std::optional<Time> read_date(std::string_view given) {
    // What the provider writes, and most others do.
    if (auto time = from_rfc3339(given)) return time;
    auto text = with_plain_blanks(given);
    if (is_no_date(text)) return std::nullopt;
    if (auto time = counted(text)) {
        // Eight digits may be a day: no count that was seen is one of those years'.
        bool day = text.size() == 8;
        if (!day) return time;
    }
    return DateReader(text).read();
}

}  // namespace rekey::tenants
