#include "reports/units_report.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "views/json.hpp"
#include "views/unit_list_rows.hpp"

namespace rekey::cli {

namespace {

/// Places that nobody declared, the first few of them in words.
void tell_found(const Session& session, const units::CheckReport& report) {
    constexpr std::size_t shown = 5;
    if (report.found.empty()) return;
    std::vector<store::Slot> places;
    for (const auto& found : report.found) {
        if (places.size() < shown)
            session.note(fmt::format("{}: found, holds {}", found.slot.to_string(), printable(found.what)),
                         about_slot(found.slot));
        store::Slot slot;
        slot.name = found.slot;
        places.push_back(std::move(slot));
    }
    auto more = report.found.size() + static_cast<std::size_t>(report.found_beyond) - std::min(shown, places.size());
    if (more != 0) session.note(fmt::format("{}: {} more found", report.unit, more), about_unit(report.unit));
    session.note(fmt::format("nothing is signed for what was only found; to add it: {}",
                             units::how_to_declare(report.unit, places)),
                 about_unit(report.unit));
}

}  // namespace

const std::vector<std::string> unit_keys{
    "name",   "address", "status", "offline_since", "offline_cause",     "next_attempt", "seen_at",
    "labels", "slots",   "reload", "probe",         "must_reconnect_by", "at_risk"};

void tell_trouble(const Session& session, const std::string& unit, const Error& trouble, bool alone) {
    if (alone) throw Error(trouble);
    session.warn(trouble.message(), about_unit(unit), trouble.hint());
}

void tell_check(const Session& session, const units::CheckReport& report) {
    auto about = about_unit(report.unit);
    if (!report.reached) {
        session.warn(fmt::format("{} is offline: {}", report.unit, printable(report.cause)), about);
        return;
    }
    session.note(fmt::format("{}: online, holds {} certificate{}{}", report.unit, report.certificates,
                             report.certificates == 1 ? "" : "s",
                             report.newly_recorded == 0 ? "" : fmt::format(", {} new here", report.newly_recorded)),
                 about);
    if (report.taken != 0)
        session.note(fmt::format("{}: {} of them recorded as in use", report.unit, report.taken), about);
    tell_found(session, report);
    for (const auto& finding : report.findings)
        session.warn(fmt::format("{}: {}", finding.slot.to_string(), printable(finding.what)), about_slot(finding.slot),
                     printable(finding.remedy));
}

Row unit_row(const renewal::UnitSummary& summary) {
    const auto& unit = summary.unit;
    Json slots = Json::array();
    for (const auto& slot : summary.slots) slots.push_back(slot.on_unit());
    return {{"name", unit.name},
            {"address", unit.address},
            {"status", unit.offline_since ? "offline"
                       : unit.seen_at     ? "online"
                                          : "unknown"},
            {"offline_since", unit.offline_since},
            {"offline_cause", unit.offline_cause},
            {"next_attempt", unit.next_attempt},
            {"seen_at", unit.seen_at},
            {"labels", labels_json(unit.labels)},
            {"slots", slots},
            {"reload", unit.reload},
            {"probe", summary.probe},
            {"must_reconnect_by", summary.must_reconnect_by},
            {"at_risk", summary.at_risk}};
}

}  // namespace rekey::cli
