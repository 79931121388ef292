#pragma once

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Whether a new key of the slot may be used by all users of its unit, as the one before, because that is meant.
bool slot_keeps_mode(Reader& store, Id slot_id);
void set_slot_keeps_mode(Transaction& transaction, Id slot_id, bool keeps);

}  // namespace rekey::store
