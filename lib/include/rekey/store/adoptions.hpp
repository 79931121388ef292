#pragma once

#include <functional>
#include <optional>
#include <string>

#include "rekey/store/units_and_slots.hpp"

namespace rekey::store {

/// `open`: only this is on the record; `recorded`: the certificate is active, and what the files were before is still
/// to be removed.
enum class AdoptionState { open, recorded };

/// A pair of files on its way into a slot, which nothing else may touch until it has ended.
struct Adoption {
    Id slot_id = 0;
    SlotName slot;
    AdoptionState state = AdoptionState::open;
    std::string certificate_file;  ///< absolute, as it was given
    std::string key_file;
    std::string fingerprint;  ///< SHA-256 of the leaf, upper-case hex
    bool makes_slot = false;  ///< there was no such slot before
    bool was_in_use = false;  ///< the slot's folder had the pair in use before, so that it stays in use
    bool keep_mode = false;   ///< all users may use the key, and those after it
    std::string actor;
    Time started_at{};
};

/// Throws Code::busy when the slot has an adoption, or an item that is open or deferred.
REKEY_EXPORT void begin_adoption(Transaction& transaction, const Adoption& adoption);
REKEY_EXPORT void set_adoption_state(Transaction& transaction, Id slot_id, AdoptionState state);
/// No error where there is none.
REKEY_EXPORT void end_adoption(Transaction& transaction, Id slot_id);
REKEY_EXPORT std::optional<Adoption> find_adoption(Reader& store, Id slot_id);
/// In order of unit, node and type; never those of removed units.
REKEY_EXPORT void each_adoption(Reader& store, const std::function<void(const Adoption&)>& visit);
/// Throws Code::busy, naming what to do, when the slot has one.
REKEY_EXPORT void require_no_adoption(Reader& store, Id slot_id);

}  // namespace rekey::store
