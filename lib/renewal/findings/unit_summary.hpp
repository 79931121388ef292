#pragma once

#include <functional>

#include "rekey/renewal/overview.hpp"
#include "store/fleet/fleet_scan.hpp"

namespace rekey::renewal {

/// As `each_unit_summary`, of the units of `scan` at its time. What is known to be sound is not judged: `summarize`
/// sets by whose judgement.
void summarize(Home& home, const policy::Policy& policy, store::UnitScan scan,
               const std::function<void(const UnitSummary&)>& visit);

}  // namespace rekey::renewal
