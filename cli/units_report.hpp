#pragma once

#include "listing.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/units/units.hpp"

namespace rekey::cli {

/// What asking a unit brought, in lines for people.
void tell_check(const Session& session, const units::CheckReport& report);

/// A unit as JSON has it: name, address, status, offline_since, next_attempt, seen_at, labels, reload, probe, slots.
Json unit_json(store::Store& store, const store::Unit& unit);
extern const std::vector<std::string> unit_keys;

}  // namespace rekey::cli
