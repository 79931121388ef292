#include "units_report.hpp"

#include <fmt/format.h>

#include "rekey/base/names.hpp"

namespace rekey::cli {

namespace {

Json time_or_null(const std::optional<Time>& time) { return time ? Json(to_rfc3339(*time)) : Json(); }

}  // namespace

const std::vector<std::string> unit_keys{"name",          "address",      "status",  "offline_since",
                                         "offline_cause", "next_attempt", "seen_at", "labels",
                                         "slots",         "reload",       "probe"};

void tell_check(const Session& session, const units::CheckReport& report) {
    if (!report.reached) {
        session.warn(fmt::format("{} is offline: {}", report.unit, printable(report.cause)));
        return;
    }
    session.note(fmt::format("{}: online, holds {} certificate{}{}", report.unit, report.certificates,
                             report.certificates == 1 ? "" : "s",
                             report.newly_recorded == 0 ? "" : fmt::format(", {} new here", report.newly_recorded)));
    for (const auto& finding : report.findings)
        session.warn(fmt::format("{}: {}", finding.slot.to_string(), printable(finding.what)));
}

Json unit_json(store::Store& store, const store::Unit& unit) {
    Json slots = Json::array();
    for (const auto& slot : store::slots_of(store, unit.id)) slots.push_back(slot.name.on_unit());
    Json labels = Json::object();
    for (const auto& [key, value] : unit.labels) labels[key] = value;
    return {{"name", unit.name},
            {"address", unit.address},
            {"status", unit.offline_since ? "offline"
                       : unit.seen_at     ? "online"
                                          : "unknown"},
            {"offline_since", time_or_null(unit.offline_since)},
            {"offline_cause", unit.offline_cause},
            {"next_attempt", time_or_null(unit.next_attempt)},
            {"seen_at", time_or_null(unit.seen_at)},
            {"labels", std::move(labels)},
            {"slots", std::move(slots)},
            {"reload", unit.reload},
            {"probe", unit.probe}};
}

}  // namespace rekey::cli
