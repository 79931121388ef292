#pragma once

#include <optional>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Keeps what the unit was seen to hold in the slot; nothing: what is recorded. Throws Code::not_found.
void set_slot_difference(Transaction& transaction, Id slot_id, const std::optional<SlotDifference>& difference);

}  // namespace rekey::store
