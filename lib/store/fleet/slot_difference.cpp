#include "store/fleet/slot_difference.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "store/fleet/fleet_rows.hpp"

namespace rekey::store {

void set_slot_difference(Transaction& transaction, Id slot_id, const std::optional<SlotDifference>& difference) {
    static const std::string set = update_sql("slots", assignment_list(difference_fields));
    auto kept = difference.value_or(SlotDifference{});
    if (!update_record(transaction, set, difference_fields, kept, slot_id))
        throw Error(Code::not_found, fmt::format("there is no slot with id {}", slot_id));
}

}  // namespace rekey::store
