#pragma once

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Throws Code::busy when the slot has an adoption, or an item that is open or deferred.
void begin_adoption(Transaction& transaction, const AdoptionRecord& adoption);
void set_adoption_state(Transaction& transaction, Id slot_id, AdoptionState state);
/// No error where there is none.
void end_adoption(Transaction& transaction, Id slot_id);
/// Throws Code::busy, naming what to do, when the slot has one.
void require_no_adoption(Reader& store, Id slot_id);

}  // namespace rekey::store
