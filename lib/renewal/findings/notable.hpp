#pragma once

#include <functional>

#include "rekey/renewal/overview.hpp"

/// The fleet without what nothing is to be said about, so that findings and numbers cost what they show. What is passed
/// over is what the store keeps of the last judgement (store/fleet/due_times.hpp), by the policy in force; by another
/// policy, and where that does not hold, every slot is judged. Nothing is written.
namespace rekey::renewal {

/// As `each_assessment`, but slots in which `findings_of` finds nothing may be left out.
void each_notable_slot(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                       const std::function<void(const Assessment&)>& visit);

/// As `each_unit_summary`, but only units that are offline, or that nobody asked after `since`.
void each_silent_unit(Home& home, const policy::Policy& policy, const store::Selection& selection, Time since, Time now,
                      const std::function<void(const UnitSummary&)>& visit);

/// Counts units, and what is due and waits there, as if each were added. `counts`: of all that `each_finding` finds
/// with the same selection. Visits the units that are offline.
void count_fleet(Home& home, const policy::Policy& policy, const store::Selection& selection,
                 const FindingCounts& counts, Statistics& statistics,
                 const std::function<void(const UnitSummary&)>& visit_offline);

}  // namespace rekey::renewal
