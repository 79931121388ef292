#include "renewal/findings/unit_summary.hpp"

#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/units/units.hpp"
#include "renewal/judgement/assess.hpp"
#include "renewal/judgement/kept_times.hpp"
#include "renewal/plan/desired_state.hpp"
#include "renewal/plan/planner.hpp"
#include "store/fleet/fleet_scan.hpp"

namespace rekey::renewal {

namespace {

UnitSummary summary_of(const store::UnitStatus& status, const DesiredState& targets, Time now) {
    UnitSummary summary;
    summary.unit = status.unit;
    std::vector<store::Slot> slots;
    for (const auto& slot : status.slots) slots.push_back(slot.status.slot);
    summary.probe = units::probe_text(status.unit, slots);
    for (const auto& slot : status.slots) {
        summary.slots.push_back(slot.status.slot.name);
        const auto& ends = slot.active_until;
        if (!ends) continue;
        if (!summary.must_reconnect_by || *ends < *summary.must_reconnect_by) summary.must_reconnect_by = ends;
        // In what is sound nothing is found, and what is due is.
        if (!slot.sound && needs_renewal(assess(slot.status, targets, now))) ++summary.at_risk;
    }
    return summary;
}

}  // namespace

void summarize(Home& home, const policy::Policy& policy, store::UnitScan scan,
               const std::function<void(const UnitSummary&)>& visit) {
    auto& store = home.store();
    DesiredState targets(store, policy);
    scan.judged_by = is_in_force(store, policy) ? judgement() : "";
    store::scan_units(store, scan,
                      [&](const store::UnitStatus& status) { visit(summary_of(status, targets, scan.now)); });
}

void each_unit_summary(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                       const std::function<void(const UnitSummary&)>& visit) {
    summarize(home, policy, {.which = selection, .silent_since = {}, .judged_by = {}, .now = now}, visit);
}

std::string status_of(Home& home, const store::Run& run) {
    if (run.finished_at) return run.ending;
    return home.run_lives(run.id) ? "running" : "interrupted";
}

}  // namespace rekey::renewal
