#pragma once

#include <string>
#include <vector>

#include "rekey/home/home.hpp"
#include "rekey/store/units_and_slots.hpp"

namespace rekey::units {

/// The probes of a unit in one text: `HOST:PORT,…` for its only slot, or for the unit as a whole (`is_of_whole_unit`);
/// else `online=HOST:PORT;main/iam=HOST:PORT`, without the slots that have none.
REKEY_EXPORT std::string probe_text(const store::Unit& unit, const std::vector<store::Slot>& slots);
/// Whether its probe belongs to none of its several slots: the certificate of any of them satisfies it. Only homes of
/// older versions and lists have such units.
REKEY_EXPORT bool is_of_whole_unit(const store::Unit& unit, const std::vector<store::Slot>& slots);

/// From now on, the slot is renewed only when these servers show its certificate; empty: none are asked. That of the
/// whole unit ends with the first that one of its slots gets. Throws Code::usage (the address), Code::not_found.
REKEY_EXPORT void set_probe(Home& home, const SlotName& slot, const std::string& probe, const Stamp& stamp);

}  // namespace rekey::units
