#include "units/survey/record_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "store/certificates/changes.hpp"
#include "store/fleet/slot_difference.hpp"
#include "units/registry/unit_requirements.hpp"
#include "units/survey/backoff.hpp"
#include "units/survey/differences.hpp"

namespace rekey::units {

namespace {

/// What a unit holds in place of what is recorded of it, until it is asked again. Only a change is written: a fleet
/// that is as it should be costs nothing.
void record_differences(store::Transaction& transaction, const store::Unit& unit,
                        const std::vector<UnitFinding>& findings) {
    for (const auto& slot : store::slots_of(transaction, unit.id)) {
        auto found = std::ranges::find_if(findings, [&](const UnitFinding& finding) {
            return finding.slot == slot.name && (finding.drift || finding.empty || finding.damaged);
        });
        auto in_use = found == findings.end() ? std::nullopt : store::certificate_in_use(transaction, slot.id);
        std::optional<store::SlotDifference> difference;
        if (in_use) difference = {in_use->facts.number, found->what, found->empty || found->damaged};
        if (difference || slot.difference) store::set_slot_difference(transaction, slot.id, difference);
    }
}

CheckReport take_down(Home* taking, store::Transaction& transaction, const AskedUnit& asked, const Inventory& answer,
                      const Stamp& stamp) {
    const auto& name = asked.unit.name;
    CheckReport report{.unit = name, .reached = answer.reached, .cause = {}, .findings = {}, .trust = {}};
    store::require_unchanged(transaction, asked.trail_end, name,
                             fmt::format("rekey units check {}{}", name, taking != nullptr ? " --adopt" : ""));
    auto unit = get_unit(transaction, name);
    if (taking != nullptr) require_idle(*taking, unit);
    if (answer.reached) {
        record(transaction, unit, answer, stamp, report);
        if (taking != nullptr) take_as_recorded(transaction, unit, answer, stamp, report);
        report.findings = differences(RecordedUnit(transaction, unit), answer, false);
        record_differences(transaction, unit, report.findings);
    } else {
        mark_offline(transaction, unit, answer.cause, stamp.at);
        report.cause = explain_silence(unit);
    }
    return report;
}

}  // namespace

AskedUnit about_to_ask(store::Reader& store, const std::string& name) {
    store::Snapshot snapshot(store);
    auto end = store::trail_end(store);
    return {get_unit(store, name), end};
}

CheckReport record_answer(store::Transaction& transaction, const AskedUnit& asked, const Inventory& answer,
                          const Stamp& stamp) {
    return take_down(nullptr, transaction, asked, answer, stamp);
}

CheckReport take_answer(Home& home, store::Transaction& transaction, const AskedUnit& asked, const Inventory& answer,
                        const Stamp& stamp) {
    return take_down(&home, transaction, asked, answer, stamp);
}

}  // namespace rekey::units
