#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rekey/store/fleet.hpp"
#include "units/driver/driver.hpp"

/// What a unit has to show before anything is recorded as in use there.
namespace rekey::renewal {

/// Reads the slot back, runs the unit's reload command, asks its TLS probe for `number`, and reads the slot back again,
/// as that takes its time, in which others may act. `took`: how a message begins, "the unit took the chain". Throws
/// Code::failed for anything but `chain` with its key.
void prove_in_use(units::Driver& driver, const store::Unit& unit, const units::SlotPath& place,
                  const std::vector<Bytes>& chain, const std::string& number, std::string_view took);

/// Tells the unit that `leaf` is proven, so that it removes the pairs before the last. Returns a warning where it could
/// not: the new pair is proven all the same, and what is left over goes with the next renewal. Throws where asking
/// later helps.
std::string remove_outdated(units::Driver& driver, const units::SlotPath& place, const Bytes& leaf);

}  // namespace rekey::renewal
