#pragma once

#include <optional>

#include "rekey/home/home.hpp"
#include "renewal/findings/visit_finding.hpp"

namespace rekey::renewal {

/// Of a unit: that it is away, or was not asked for long.
std::optional<Finding> finding_of(const UnitSummary& summary, Time now);

/// Units that are away or were not seen for long, places that nobody declared, and, of the whole fleet, folders that
/// units share.
void find_in_units(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                   const VisitFinding& visit);

}  // namespace rekey::renewal
