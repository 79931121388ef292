#include "store/fleet/fleet_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "store/fleet/details_text.hpp"
#include "store/fleet/own_rules.hpp"

namespace rekey::store {

namespace {

std::optional<SlotDifference> read_difference(Query& row) {
    SlotDifference difference;
    difference.what = row.text();
    difference.number = row.text();
    difference.empty = row.flag();
    if (difference.what.empty()) return std::nullopt;
    return difference;
}

}  // namespace

Unit read_unit(Query& row) {
    Unit unit;
    unit.id = row.integer();
    unit.name = row.text();
    unit.address = row.text();
    unit.reload = row.text();
    unit.probe = row.text();
    unit.added_at = row.time();
    unit.removed_at = row.optional_time();
    unit.seen_at = row.optional_time();
    unit.offline_since = row.optional_time();
    unit.offline_cause = row.text();
    unit.attempts = static_cast<int>(row.integer());
    unit.next_attempt = row.optional_time();
    unit.rules = own_rules_from(row.text());
    return unit;
}

Slot read_slot(Query& row, SlotName name) {
    Slot slot;
    slot.name = std::move(name);
    slot.id = row.integer();
    slot.unit_id = row.integer();
    slot.issuer_id = row.optional_integer();
    slot.declared = row.flag();
    slot.probe = row.text();
    slot.rules = own_rules_from(row.text());
    slot.difference = read_difference(row);
    if (row.is_null()) {
        row.skip(3);
    } else {
        slot.identity.emplace();
        slot.identity->subject = row.text();
        slot.identity->sans = row.list();
        if (row.is_null())
            row.skip(1);
        else
            slot.identity->more = kept_from(row.text());
    }
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
