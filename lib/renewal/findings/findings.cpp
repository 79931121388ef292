#include "renewal/findings/home_findings.hpp"
#include "renewal/findings/notable.hpp"
#include "renewal/findings/unit_findings.hpp"

namespace rekey::renewal {

void each_finding(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                  const VisitFinding& visit) {
    store::Snapshot snapshot(home.store());
    each_notable_slot(home, policy, selection, now, [&](const Assessment& assessment) {
        for (const auto& finding : findings_of(assessment, now)) visit(finding);
    });
    find_in_units(home, policy, selection, now, visit);
    // What is of no unit is no part of a selection.
    if (!selection.is_empty()) return;
    find_in_issuers(home.store(), policy, now, visit);
    each_credential_finding(home.store(), policy, now, visit);
    find_in_home(home, now, visit);
}

}  // namespace rekey::renewal
