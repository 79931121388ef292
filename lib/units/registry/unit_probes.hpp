#pragma once

#include <map>
#include <string>
#include <vector>

#include "rekey/units/units.hpp"
#include "store/audit/audit_detail.hpp"

/// Which slot a probe that is given for a unit belongs to.
namespace rekey::units {

/// Throws Code::usage for a probe that is none.
void require_probe(const std::string& probe);
/// Throws Code::usage, with the commands to choose from.
[[noreturn]] void refuse_probe_of_several(const std::string& unit, const std::vector<std::string>& slots,
                                          const std::string& probe);

/// What `probe_text` has, apart.
struct DividedProbe {
    std::string of_unit;
    std::map<std::string, std::string> of_slots;  ///< by `type` or `node/type`
};
/// `slots`: those of the unit. A probe without a slot is its only slot's; where it has several, the unit's. Throws
/// Code::usage for a slot that is not among them.
DividedProbe divide_probe(const std::string& text, const std::vector<Declared>& slots);
/// The text of that, in one way.
std::string joined(const DividedProbe& probe, std::size_t slots);

/// Where the unit has one slot, its own probe becomes the slot's.
void move_probe_to_slot(store::Transaction& transaction, store::Unit& unit);
/// Gives the probe to the unit's only slot, or to the unit while it has none; an empty one is taken from both and from
/// all slots. Returns whether anything changed. Throws Code::usage for a unit with several slots.
bool give_probe(store::Transaction& transaction, store::Unit& unit, const std::string& probe);
/// Gives the probe to this slot; that of the whole unit ends with it. Tells so in `detail`; nothing when it has it.
void give_slot_probe(store::Transaction& transaction, const store::Slot& slot, const std::string& probe,
                     store::AuditDetail& detail);

}  // namespace rekey::units
