#include "store/fleet/item_rows.hpp"

#include <utility>

#include "store/fleet/certificate_rows.hpp"

namespace rekey::store {

void read_field(Query& row, Step& step) { step = stored_value_of<Step>(step_words, row.text()); }
void read_field(Query& row, Outcome& outcome) { outcome = stored_value_of<Outcome>(outcome_words, row.text()); }

const std::string& item_columns() {
    static const std::string columns = "i.id, i.issuer_id, " + column_list(item_fields, "i.");
    return columns;
}

Item read_item(Query& row, SlotName slot) {
    Item item;
    item.slot = std::move(slot);
    item.id = row.integer();
    item.issuer_id = row.optional_integer().value_or(0);
    read_fields(row, item_fields, item);
    return item;
}

}  // namespace rekey::store
