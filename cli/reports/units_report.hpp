#pragma once

#include "rekey/renewal/overview.hpp"
#include "rekey/units/units.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// What asking a unit brought, in lines for people.
void tell_check(const Session& session, const units::CheckReport& report);
/// One unit's trouble is not the others': a warning, or what ends the command where no other was asked.
void tell_trouble(const Session& session, const std::string& unit, const Error& trouble, bool alone);

/// A unit as JSON has it: name, address, status, offline_since, next_attempt, seen_at, labels, slots, reload, probe,
/// must_reconnect_by, at_risk.
Row unit_row(const renewal::UnitSummary& summary);
extern const std::vector<std::string> unit_keys;

}  // namespace rekey::cli
