#include "crypto/certificates/validity.hpp"

#include <algorithm>
#include <ctime>

#include "crypto/encoding/errors.hpp"

namespace rekey::crypto {

std::optional<Time> read_time(const ASN1_TIME& time) {
    using namespace std::chrono;
    CleanErrors clean;
    std::tm parts{};
    if (ASN1_TIME_to_tm(&time, &parts) != 1) return std::nullopt;
    year_month_day date{year{parts.tm_year + 1900}, month{static_cast<unsigned>(parts.tm_mon + 1)},
                        day{static_cast<unsigned>(parts.tm_mday)}};
    if (!date.ok() || date.year() < year{1}) return std::nullopt;
    return sys_days{date} + hours{parts.tm_hour} + minutes{parts.tm_min} + std::chrono::seconds{parts.tm_sec};
}

std::optional<Time> read_strict_time(const ASN1_TIME& time) {
    constexpr std::size_t utc_length = 13;          // YYMMDDHHMMSSZ
    constexpr std::size_t generalized_length = 15;  // YYYYMMDDHHMMSSZ
    ByteView text = bytes_of(time);
    bool is_utc = ASN1_STRING_type(&time) == V_ASN1_UTCTIME;
    if (text.size() != (is_utc ? utc_length : generalized_length) || text.back() != 'Z') return std::nullopt;
    bool digits = std::ranges::all_of(text.first(text.size() - 1), [](auto c) { return c >= '0' && c <= '9'; });
    return digits ? read_time(time) : std::nullopt;
}

}  // namespace rekey::crypto
