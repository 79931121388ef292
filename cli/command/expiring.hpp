#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::cli {

/// What --expiring takes, in every command that has it: for help, behind what ends.
inline constexpr const char* expiring_value = "WHEN";
inline constexpr std::string_view expiring_forms =
    "within a time (30d), up to a day (2027-06-30), in a month (2027-03) or in a year (2027)";

/// From when to when something ends.
struct EndSpan {
    std::optional<Time> from;  ///< none: whatever ended before counts as well
    Time before{};             ///< is itself left out
};

/// An end as people write it, all in UTC: a length of time from `now` (30d); a date, to the end of that day
/// (2027-06-30); a month (2027-03) or a year (2027), from its first second to its last. `option` is for the message.
/// Throws Code::usage.
EndSpan parse_expiring(const std::string& text, std::string_view option, Time now);

}  // namespace rekey::cli
