#include <fmt/format.h>

#include "rekey/renewal/overview.hpp"

namespace rekey::renewal {

namespace {

constexpr std::size_t year_digits = 4;
constexpr std::size_t month_digits = 7;

}  // namespace

std::int64_t total_of(const TypeCounts& counts) {
    std::int64_t total = 0;
    for (const auto& [type, count] : counts) total += count;
    return total;
}

std::string in_words(const TypeCounts& counts) {
    std::string text;
    for (const auto& [type, count] : counts) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", type, count);
    return text;
}

std::string month_of(Time time) { return to_rfc3339(time).substr(0, month_digits); }

void add_to(Timeline& months, const store::Certificate& certificate) {
    if (certificate.state == store::CertificateState::pending) return;
    ++months[month_of(certificate.chain_end.at)][certificate.slot.type];
}

Timeline by_year(const Timeline& months) {
    Timeline years;
    for (const auto& [month, counts] : months)
        for (const auto& [type, count] : counts) years[month.substr(0, year_digits)][type] += count;
    return years;
}

std::string next_period(const std::string& period) {
    int year = std::stoi(period.substr(0, year_digits));
    if (period.size() == year_digits) return fmt::format("{:04}", year + 1);
    int month = std::stoi(period.substr(year_digits + 1));
    return month == 12 ? fmt::format("{:04}-01", year + 1) : fmt::format("{:04}-{:02}", year, month + 1);
}

}  // namespace rekey::renewal
