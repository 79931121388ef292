#pragma once

#include <functional>
#include <vector>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// A unit with all its slots, in order of node and type; without what holds them.
struct UnitStatus {
    Unit unit;
    std::vector<SlotStatus> slots;
};
/// In order of name; those that are selected or have a slot that is, never removed ones. All their slots are told.
void each_unit_status(Reader& store, const Selection& selection, const std::function<void(const UnitStatus&)>& visit);

/// As `each_slot`, but slots in which nothing is due at `now` and nothing is under way may be left out: those that
/// due_times.hpp keeps a later time of, while what `judged_by` judged holds.
void each_maybe_due(Reader& store, const Selection& selection, const std::string& judged_by, Time now,
                    const std::function<void(const SlotStatus&)>& visit);

}  // namespace rekey::store
