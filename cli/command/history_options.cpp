#include "command/history_options.hpp"

#include <fmt/format.h>

#include "command/arguments.hpp"
#include "rekey/base/base.hpp"
#include "rekey/units/units.hpp"

namespace rekey::cli {

namespace {

std::vector<std::string> renewal_reasons() {
    using store::Reason;
    std::vector<std::string> words;
    for (auto reason : {Reason::expiry, Reason::policy, Reason::migration, Reason::rotation, Reason::compromise,
                        Reason::manual, Reason::audit})
        words.emplace_back(store::to_string(reason));
    return words;
}

constexpr const char* about_reason = "Only what was done for this reason";

}  // namespace

void add_history_filter(Command& command, HistoryOptions& options, ReasonWords reasons) {
    command.option("--since", "TIME", options.since, "Only since this date, RFC 3339 time, or time ago such as 7d");
    command.option("--until", "TIME", options.until, "Only before this time, that second excluded");
    command.option("--by", "WHO", options.by, "Only what this person did: alice@host, or alice on any host");
    command.option("--unit", "UNIT", options.unit, "Only what was done to this unit, or to its slots");
    if (reasons == ReasonWords::renewals)
        command.choice("--reason", "WHY", options.reason, renewal_reasons(), about_reason);
    else
        command.option("--reason", "WHY", options.reason, about_reason);
}

Time parse_instant(const std::string& text, std::string_view option, Time now) {
    if (auto time = from_rfc3339(text)) return *time;
    if (auto day = parse_date(text)) return *day;
    if (auto period = Period::parse(text)) return period->before(now);
    throw Error(Code::usage, fmt::format("{}: '{}' is not a time", option, printable(text)),
                "write it as 2026-11-01, as 2026-11-01T12:00:00Z, or as a length of time back: 7d");
}

namespace {

bool is_in_trail(store::Reader& store, const std::string& unit) {
    bool found = false;
    store::each_audit(store, {.unit = unit}, 0, [&](const store::AuditEntry&) { found = true; });
    return found;
}

}  // namespace

store::HistoryFilter get_history_filter(store::Reader& store, const HistoryOptions& options, Time now,
                                        UnitNames names) {
    store::HistoryFilter filter;
    if (!options.since.empty()) filter.since = parse_instant(options.since, "--since", now);
    if (!options.until.empty()) filter.until = parse_instant(options.until, "--until", now);
    if (filter.since && filter.until && *filter.since >= *filter.until)
        throw Error(Code::usage,
                    fmt::format("nothing is between --since {} and --until {}", to_rfc3339(*filter.since),
                                to_rfc3339(*filter.until)),
                    "--until is the later one, and is itself left out");
    filter.actor = options.by;
    filter.unit = options.unit;
    if (!filter.unit.empty()) {
        require_name(filter.unit, "unit");
        if (names != UnitNames::of_then || !is_in_trail(store, filter.unit))
            units::require_matches(store, {filter.unit}, {.removed_units = true});
    }
    filter.reason = options.reason;
    return filter;
}

std::string to_string(const HistoryOptions& options) {
    std::string text;
    auto add = [&](std::string_view option, const std::string& value) {
        if (!value.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : " ", option, value);
    };
    add("--since", options.since);
    add("--until", options.until);
    add("--by", options.by);
    add("--unit", options.unit);
    add("--reason", options.reason);
    return text;
}

}  // namespace rekey::cli
