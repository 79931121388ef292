#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "rekey/base/export.hpp"

namespace rekey {

/// Seconds since 1970-01-01T00:00:00Z, valid from year 1 to 9999.
using Time = std::chrono::sys_seconds;
using Seconds = std::chrono::seconds;

/// Where a long operation gets the time from; the command line passes the system's.
using Clock = std::function<Time()>;

inline std::int64_t unix_seconds(Time time) { return time.time_since_epoch().count(); }
inline Time from_unix(std::int64_t seconds) { return Time{Seconds{seconds}}; }

/// RFC 3339 in UTC: `2036-11-22T08:00:00Z`.
REKEY_EXPORT std::string to_rfc3339(Time time);
/// RFC 3339 with any offset; nothing when it is not that, or no such day.
REKEY_EXPORT std::optional<Time> from_rfc3339(std::string_view text);

/// A length of time as people write it: `10y`, `6mo`, `2w`, `90d`, `24h`, `30m`, `45s`.
/// Years and months follow the calendar (a month's last day at most); the rest are seconds.
struct REKEY_EXPORT Period {
    int months = 0;
    Seconds seconds{0};

    static std::optional<Period> parse(std::string_view text);
    std::string to_string() const;

    Time after(Time time) const;
    Time before(Time time) const;
    /// A year counts 365 days here, a month 30; for comparing only.
    Seconds approximate() const;
    bool operator==(const Period&) const = default;
};

/// Whole days from `now` to `end`, rounded down; negative once it has passed.
REKEY_EXPORT std::int64_t days_between(Time now, Time end);

/// When a change was made, and by whom; goes into the audit entry of the change.
struct Stamp {
    Time at;
    std::string actor;  ///< as `alice@host`
};

}  // namespace rekey
