#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// As `each_slot`, but slots in which nothing is due at `now` and nothing is under way are left out: those that
/// due_times.hpp keeps a later time of, while what `judged_by` judged holds.
void each_maybe_due(Reader& store, const Selection& selection, const std::string& judged_by, Time now,
                    const std::function<void(const SlotStatus&)>& visit);
/// The same, but what is left out are slots in which nothing is to be found at `now`.
void each_maybe_found(Reader& store, const Selection& selection, const std::string& judged_by, Time now,
                      const std::function<void(const SlotStatus&)>& visit);

/// Selected slots that nothing is kept of which `judged_by` judged and which is believed at `now`, in order of id; a
/// few bytes for each. The limit of the selection is not looked at.
std::vector<Id> unjudged_slots(Reader& store, const Selection& selection, const std::string& judged_by, Time now);
/// None: something is kept of it by now, or the slot or its unit was removed.
std::optional<SlotStatus> find_unjudged(Reader& store, Id slot_id);

struct ScannedSlot {
    SlotStatus status;                   ///< without what holds it, and of a `sound` one without its certificate
    bool sound = false;                  ///< nothing is to be found in it, as due_times.hpp keeps
    std::optional<Time> active_until{};  ///< when its active certificate ends, or its chain; none: it has none
};
/// A unit with all its slots, in order of node and type.
struct UnitStatus {
    Unit unit;
    std::vector<ScannedSlot> slots;
};
struct UnitScan {
    Selection which;
    /// Only those that are offline, or were not seen after this time; one that was never seen, since it was added.
    std::optional<Time> silent_since = {};
    /// By what this program judged slots are `sound` at `now`; empty: none is.
    std::string judged_by = {};
    Time now{};
};
/// In order of name; those that are selected or have a slot that is, never removed ones. All their slots come along.
void scan_units(Reader& store, const UnitScan& scan, const std::function<void(const UnitStatus&)>& visit);
/// The same of all that are selected; no slot is known to be sound.
void each_unit_status(Reader& store, const Selection& selection, const std::function<void(const UnitStatus&)>& visit);

}  // namespace rekey::store
