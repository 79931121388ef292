#pragma once

#include <string>
#include <string_view>

#include "command/model.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::cli {

/// What was typed to narrow a history by. One way for all commands that list what happened: rekey(1), NARROWING A
/// HISTORY.
struct HistoryOptions {
    std::string since;
    std::string until;
    std::string by;
    std::string unit;
    std::string reason;
};

/// Which reasons a command's history has.
enum class ReasonWords {
    renewals,  ///< those of renewals, and no others
    any        ///< also those of revocations and rotations
};

/// Adds the options to a command.
void add_history_filter(Command& command, HistoryOptions& options, ReasonWords reasons = ReasonWords::renewals);

/// Which names a history has of units.
enum class UnitNames {
    of_today,  ///< a unit that was renamed took its history along
    of_then    ///< the audit trail: each entry has the name that the unit had when it was written
};

/// What was typed. Throws Code::usage, and Code::not_found for a unit that the home never had.
store::HistoryFilter get_history_filter(store::Reader& store, const HistoryOptions& options, Time now,
                                        UnitNames names = UnitNames::of_today);

/// An instant as people write it: a date, which is its first second in UTC; a time of RFC 3339; or a length of time
/// before `now`: 7d. `option` is for the message. Throws Code::usage.
Time parse_instant(const std::string& text, std::string_view option, Time now);

/// As it would be typed: `--since 7d --by alice`; empty when nothing was.
std::string to_string(const HistoryOptions& options);

}  // namespace rekey::cli
