#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "rekey/renewal/overview.hpp"

/// Where findings come from, for `each_finding`: one function a subject. All read the store, and change nothing.
namespace rekey::renewal {

using VisitFinding = std::function<void(const Finding&)>;

/// The most urgent finding, of equals the first by kind; null: there are none but notes.
const Finding* worst_of(const std::vector<Finding>& findings);

/// Of a unit: that it is away, or was not asked for long.
std::optional<Finding> finding_of(const UnitSummary& summary, Time now);

/// Units that are away or were not seen for long, places that nobody declared, and, of the whole fleet, folders that
/// units share.
void find_in_units(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                   const VisitFinding& visit);
void find_in_issuers(store::Reader& store, const policy::Policy& policy, Time now, const VisitFinding& visit);
/// Runs, the clock, and backups.
void find_in_home(Home& home, Time now, const VisitFinding& visit);

}  // namespace rekey::renewal
