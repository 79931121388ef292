#pragma once

#include "rekey/home/home.hpp"
#include "renewal/findings/visit_finding.hpp"

namespace rekey::renewal {

/// Issuers whose chains end.
void find_in_issuers(store::Reader& store, const policy::Policy& policy, Time now, const VisitFinding& visit);
/// Runs, the clock, and backups.
void find_in_home(Home& home, Time now, const VisitFinding& visit);

}  // namespace rekey::renewal
