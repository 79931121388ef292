#pragma once

#include "rekey/home/home.hpp"
#include "rekey/maintenance/maintenance.hpp"
#include "rekey/units/units.hpp"

namespace rekey::maintenance {

/// Asks the units, each with a deadline, and compares what they hold with what is recorded.
void examine_units(Home& home, bool all_units, Time now, const units::Reaching& reaching, Examination& examination);

}  // namespace rekey::maintenance
