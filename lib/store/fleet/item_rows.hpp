#pragma once

#include "rekey/store/fleet.hpp"
#include "store/sql/enum_names.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

/// As columns of `items` have them.
inline constexpr Words<5> step_words = {"planned", "keyed", "issued", "installed", "confirmed"};
inline constexpr Words<6> outcome_words = {"open", "renewed", "deferred", "failed", "refused", "continued"};

/// For `items i`, as `read_item` expects them.
constexpr const char* item_columns =
    "i.id, i.run_id, i.slot_id, i.token, i.step, i.outcome, i.reason, i.why, i.issuer_id, i.moves_slot, "
    "i.old_certificate_id, i.new_certificate_id, i.old_number, i.new_number, i.error, i.updated_at, i.keeps_old, "
    "i.chain_only, i.comment";
constexpr int item_width = 19;
Item read_item(Query& row, SlotName slot);

}  // namespace rekey::store
