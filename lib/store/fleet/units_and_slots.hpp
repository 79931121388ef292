#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Throws Code::refused when the name is taken. Sets `unit.id`.
void add_unit(Transaction& transaction, Unit& unit);
/// Writes every field but `id`, `name` and `added_at`.
void update_unit(Transaction& transaction, const Unit& unit);
/// The unit answered just now. False where it was removed meanwhile.
bool note_seen(Transaction& transaction, Id unit_id, Time now);
/// Gives it another name; throws Code::refused when that is taken. Sets `unit.name`.
void rename_unit(Transaction& transaction, Unit& unit, const std::string& name);
/// What the unit is called today that last had this name and was renamed; none when there is no such unit any more.
/// Looks through the audit trail.
std::optional<std::string> name_after_renames(Reader& store, const std::string& name);

/// The slot of that name, declared from now on (the unit must exist). What a found place held of an issuer of this
/// home becomes its active certificate.
Slot ensure_slot(Transaction& transaction, const Unit& unit, const std::string& node, const std::string& type);

/// Places that a unit shows, or showed with something that was signed here, and nobody declared. No other function but
/// these, `certificates` with the id of such a place, and lists that ask for them know of them: nothing is planned for
/// them, and no name of theirs is looked up.
Slot ensure_found(Transaction& transaction, const Unit& unit, const std::string& node, const std::string& type);
std::vector<Slot> found_of(Reader& store, Id unit_id);
/// A slot of a unit that is at hand.
std::optional<Slot> find_slot(Reader& store, Id unit_id, const SlotName& name);
/// What is to be probed after a renewal; either may be empty.
struct ProbesOfSlot {
    std::string own;
    std::string of_unit;
};
/// Nothing where the unit was removed.
std::optional<ProbesOfSlot> probes_of(Reader& store, Id slot_id);
/// A slot or a found place.
std::optional<Slot> find_shown(Reader& store, const SlotName& name);
void set_slot_issuer(Transaction& transaction, Id slot_id, std::optional<Id> issuer_id);
void set_slot_identity(Transaction& transaction, Id slot_id, const std::optional<Identity>& identity);
void set_slot_probe(Transaction& transaction, Id slot_id, const std::string& probe);
/// Undoes that a found place was declared: what it holds is only shown again.
void undeclare_slot(Transaction& transaction, Id slot_id);
/// Only a slot that never held a certificate and has no items; false otherwise.
bool remove_empty_slot(Transaction& transaction, Id slot_id);

}  // namespace rekey::store
