#include "store/fleet/slot_difference.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

void set_slot_difference(Transaction& transaction, Id slot_id, const std::optional<SlotDifference>& difference) {
    auto kept = difference.value_or(SlotDifference{});
    auto changed =
        change(transaction, "UPDATE slots SET difference = ?, difference_of = ?, holds_nothing = ? WHERE id = ?",
               kept.what, kept.number, kept.empty, slot_id);
    if (changed == 0) throw Error(Code::not_found, fmt::format("there is no slot with id {}", slot_id));
}

}  // namespace rekey::store
