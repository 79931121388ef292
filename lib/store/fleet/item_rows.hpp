#pragma once

#include <string>
#include <tuple>

#include "rekey/store/fleet.hpp"
#include "store/sql/enum_names.hpp"
#include "store/sql/field_list.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

/// As columns of `items` have them.
inline constexpr Words<5> step_words = {"planned", "keyed", "issued", "installed", "confirmed"};
inline constexpr Words<6> outcome_words = {"open", "renewed", "deferred", "failed", "refused", "continued"};

/// What `items` has of an item, beside its issuer, which is NULL for none. Its request is apart.
inline constexpr std::tuple item_fields{
    record_field<Kept::for_good>("run_id", &Item::run_id),
    record_field<Kept::for_good>("slot_id", &Item::slot_id),
    record_field<Kept::for_good>("token", &Item::token),
    record_field<Kept::changing>("step", &Item::step),
    record_field<Kept::changing>("outcome", &Item::outcome),
    record_field<Kept::for_good>("reason", &Item::reason),
    record_field<Kept::for_good>("why", &Item::why),
    record_field<Kept::for_good>("moves_slot", &Item::moves_slot),
    record_field<Kept::changing>("old_certificate_id", &Item::old_certificate_id),
    record_field<Kept::changing>("new_certificate_id", &Item::new_certificate_id),
    record_field<Kept::changing>("old_number", &Item::old_number),
    record_field<Kept::changing>("new_number", &Item::new_number),
    record_field<Kept::shortened>("error", &Item::error),
    record_field<Kept::changing>("updated_at", &Item::updated_at),
    record_field<Kept::changing>("keeps_old", &Item::keeps_old),
    record_field<Kept::changing>("chain_only", &Item::chain_only),
    record_field<Kept::for_good>("comment", &Item::comment),
};

void read_field(Query& row, Step& step);
void read_field(Query& row, Outcome& outcome);

/// For `items i`, as `read_item` expects them; `item_width` columns.
const std::string& item_columns();
inline constexpr int item_width = 2 + width_of(item_fields);
Item read_item(Query& row, SlotName slot);

}  // namespace rekey::store
