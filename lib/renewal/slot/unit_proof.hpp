#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rekey/store/fleet.hpp"
#include "renewal/slot/task.hpp"
#include "units/driver/driver.hpp"

/// What a unit has to show before anything is recorded as in use there.
namespace rekey::renewal {

/// The unit's reload command, for a slot whose pair the item replaced.
units::Reload reload_after_renewal(const store::Unit& unit, const store::Item& item);
/// The same for a slot that keeps its pair `number`, and got another chain.
units::Reload reload_after_chain(const store::Unit& unit, const store::Item& item, const std::string& number);
/// The same for a slot that went back: to `number` from `given_up`, which are one for another chain.
units::Reload reload_after_way_back(const store::Unit& unit, const std::string& number, const std::string& given_up);

/// The servers that are to show the certificate, and the numbers of the unit's other certificates in use, with one of
/// which they may be satisfied as well.
struct ProbeTerms {
    std::string addresses;  ///< empty: no server is asked
    std::vector<std::string> others;
};
/// Of the task's slot as it is today: a unit's probe that belongs to none of its slots never makes one of them fail.
ProbeTerms probe_terms(store::Reader& store, const Task& task);

/// Reads the slot back, runs the reload command, asks the servers of `probe` for `reload.number`, and reads the slot
/// back again, as that takes its time, in which others may act. `took`: how a message begins, "the unit took the
/// chain". Throws Code::failed for anything but `chain` with its key.
void prove_in_use(units::Driver& driver, const units::SlotPath& place, const std::vector<Bytes>& chain,
                  const units::Reload& reload, const ProbeTerms& probe, std::string_view took);

/// Tells the unit that `leaf` is proven, so that it removes the pairs before the last. Returns a warning where it could
/// not: the new pair is proven all the same, and what is left over goes with the next renewal. Throws where asking
/// later helps.
std::string remove_outdated(units::Driver& driver, const units::SlotPath& place, const Bytes& leaf);

}  // namespace rekey::renewal
