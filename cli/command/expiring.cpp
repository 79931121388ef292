#include "command/expiring.hpp"

#include <fmt/format.h>

#include "command/arguments.hpp"

namespace rekey::cli {

namespace {

/// A month, a year or such from its first day on; nothing where that is no date.
std::optional<EndSpan> span_of(const std::string& first_day, const Period& length) {
    auto from = parse_date(first_day);
    if (!from) return std::nullopt;
    return EndSpan{from, length.after(*from)};
}

std::optional<EndSpan> read_span(const std::string& text, Time now) {
    constexpr std::size_t size_of_year = 4;
    constexpr std::size_t size_of_month = 7;
    if (auto period = Period::parse(text)) return EndSpan{std::nullopt, period->after(now)};
    if (text.size() == size_of_year) return span_of(text + "-01-01", Period{12, {}});
    if (text.size() == size_of_month) return span_of(text + "-01", Period{1, {}});
    auto day = parse_date(text);
    if (!day) return std::nullopt;
    return EndSpan{std::nullopt, *day + std::chrono::days{1}};
}

}  // namespace

EndSpan parse_expiring(const std::string& text, std::string_view option, Time now) {
    if (auto span = read_span(text, now)) return *span;
    throw Error(Code::usage, fmt::format("{}: '{}' is not a length of time or a date", option, printable(text)),
                "write it as 30d, 2027-06-30, 2027-03 or 2027");
}

}  // namespace rekey::cli
