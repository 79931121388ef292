#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/units/units.hpp"
#include "renewal/overview/assess.hpp"
#include "renewal/plan/desired_state.hpp"
#include "store/fleet/fleet_scan.hpp"

namespace rekey::renewal {

void each_unit_summary(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                       const std::function<void(const UnitSummary&)>& visit) {
    DesiredState targets(home.store(), policy);
    store::each_unit_status(home.store(), selection, [&](const store::UnitStatus& status) {
        UnitSummary summary;
        summary.unit = status.unit;
        std::vector<store::Slot> slots;
        for (const auto& slot : status.slots) slots.push_back(slot.slot);
        summary.probe = units::probe_text(status.unit, slots);
        for (const auto& slot : status.slots) {
            summary.slots.push_back(slot.slot.name);
            if (!slot.in_use || slot.in_use->state != store::CertificateState::active) continue;
            auto expires = slot.in_use->chain_end.at;
            if (!summary.must_reconnect_by || expires < *summary.must_reconnect_by) summary.must_reconnect_by = expires;
            if (needs_renewal(assess(slot, targets, now))) ++summary.at_risk;
        }
        visit(summary);
    });
}

std::string status_of(Home& home, const store::Run& run) {
    if (run.finished_at) return run.ending;
    return home.run_lives(run.id) ? "running" : "interrupted";
}

}  // namespace rekey::renewal
