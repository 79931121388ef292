#include "store/fleet/fleet_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rekey/base/base.hpp"
#include "store/fleet/details_text.hpp"
#include "store/fleet/own_rules.hpp"

namespace rekey::store {

void bind_field(Query& query, const OwnRules& rules) { query.bind(to_column(rules)); }
void read_field(Query& row, OwnRules& rules) { rules = own_rules_from(row.text()); }
void bind_field(Query& query, const KeptDetails& kept) { query.bind(to_column(kept)); }
void read_field(Query& row, KeptDetails& kept) { kept = kept_from(row.text()); }

const std::string& unit_columns() {
    static const std::string columns = "u.id, " + column_list(unit_fields, "u.");
    return columns;
}

Unit read_unit(Query& row) {
    Unit unit;
    unit.id = row.integer();
    read_fields(row, unit_fields, unit);
    return unit;
}

const std::string& slot_columns() {
    static const std::string columns =
        fmt::format("s.id, {}, {}, {}", column_list(slot_fields, "s."), column_list(difference_fields, "s."),
                    column_list(identity_fields, "s."));
    return columns;
}

Slot read_slot(Query& row, SlotName name) {
    Slot slot;
    slot.name = std::move(name);
    slot.id = row.integer();
    read_fields(row, slot_fields, slot);
    read_fields(row, difference_fields, slot.difference.emplace());
    if (slot.difference->what.empty()) slot.difference.reset();
    read_fields(row, identity_fields, slot.identity);
    return slot;
}

std::string slot_text(Reader& store, Id slot_id) {
    Query query(store, "SELECT u.name, s.node, s.type FROM slots s JOIN units u ON u.id = s.unit_id WHERE s.id = ?",
                slot_id);
    if (!query.next()) throw Error(Code::not_found, fmt::format("there is no slot with id {}", slot_id));
    return query.slot_name().to_string();
}

Labels labels_of(Reader& store, Id unit_id) {
    Query query(store, "SELECT key, value FROM unit_labels WHERE unit_id = ? ORDER BY key", unit_id);
    Labels labels;
    while (query.next()) {
        std::string key = query.text();
        labels.emplace_hint(labels.end(), std::move(key), query.text());
    }
    return labels;
}

const Labels& LabelsOfUnit::of(Id unit_id) {
    if (unit_id != unit_id_) labels_ = labels_of(store_, unit_id);
    unit_id_ = unit_id;
    return labels_;
}

std::vector<std::string> in_order(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace rekey::store
