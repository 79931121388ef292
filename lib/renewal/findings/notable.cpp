#include "renewal/findings/notable.hpp"

#include "renewal/findings/unit_summary.hpp"
#include "renewal/judgement/assess.hpp"
#include "renewal/judgement/kept_times.hpp"
#include "renewal/plan/planner.hpp"
#include "store/certificates/certificate_counts.hpp"
#include "store/fleet/fleet_scan.hpp"

namespace rekey::renewal {

void each_notable_slot(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                       const std::function<void(const Assessment&)>& visit) {
    auto& store = home.store();
    if (!is_in_force(store, policy)) return each_assessment(home, policy, selection, now, visit);
    DesiredState targets(store, policy);
    store::each_maybe_found(store, selection, judgement(), now,
                            [&](const store::SlotStatus& status) { visit(assess(status, targets, now)); });
}

void each_silent_unit(Home& home, const policy::Policy& policy, const store::Selection& selection, Time since, Time now,
                      const std::function<void(const UnitSummary&)>& visit) {
    summarize(home, policy, {.which = selection, .silent_since = since, .judged_by = {}, .now = now}, visit);
}

void count_fleet(Home& home, const policy::Policy& policy, const store::Selection& selection,
                 const FindingCounts& counts, Statistics& statistics,
                 const std::function<void(const UnitSummary&)>& visit_offline) {
    auto& store = home.store();
    constexpr Time nobody_is_unseen{};
    each_silent_unit(home, policy, selection, nobody_is_unseen, statistics.now, [&](const UnitSummary& summary) {
        if (!summary.unit.offline_since) return;
        statistics.add(summary);
        visit_offline(summary);
    });
    statistics.online = store::count_units(store, selection) - statistics.offline;
    // Those on units that are offline are among them.
    statistics.due = counts.count(FindingKind::due);
    statistics.deferred = store::count_deferred_units(store, selection);
}

}  // namespace rekey::renewal
