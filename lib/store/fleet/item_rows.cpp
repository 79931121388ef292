#include "store/fleet/item_rows.hpp"

#include <utility>

#include "store/fleet/certificate_rows.hpp"

namespace rekey::store {

Item read_item(Query& row, SlotName slot) {
    Item item;
    item.slot = std::move(slot);
    item.id = row.integer();
    item.run_id = row.integer();
    item.slot_id = row.integer();
    item.token = row.text();
    item.step = stored_value_of<Step>(step_words, row.text());
    item.outcome = stored_value_of<Outcome>(outcome_words, row.text());
    item.reason = read_reason(row);
    item.why = row.text();
    item.issuer_id = row.optional_integer().value_or(0);
    item.moves_slot = row.flag();
    item.old_certificate_id = row.optional_integer();
    item.new_certificate_id = row.optional_integer();
    item.old_number = row.text();
    item.new_number = row.text();
    item.error = row.text();
    item.updated_at = row.time();
    item.keeps_old = row.flag();
    item.chain_only = row.flag();
    item.comment = row.text();
    return item;
}

}  // namespace rekey::store
