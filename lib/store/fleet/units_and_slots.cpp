#include "store/fleet/units_and_slots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/fleet/fleet_rows.hpp"
#include "store/fleet/selection_sql.hpp"
#include "store/sql/dialect.hpp"

namespace rekey::store {

namespace {

void require_free_name(Reader& store, const std::string& name, Id but_for) {
    if (exists(store, "SELECT 1 FROM units WHERE name = ? AND removed_at IS NULL AND id <> ?", name, but_for))
        throw Error(Code::refused, fmt::format("there is a unit named {} already", printable(name)),
                    "choose another name, or remove that unit first");
}

std::optional<Slot> find_place(Reader& store, Id unit_id, const SlotName& name) {
    static const std::string sql =
        fmt::format("SELECT {} FROM slots s WHERE s.unit_id = ? AND s.node = ? AND s.type = ?", slot_columns());
    Query query(store, sql, unit_id, name.node, name.type);
    if (!query.next()) return std::nullopt;
    return read_slot(query, name);
}

/// What an entry says of a unit's new name.
std::optional<std::string> renamed_to(const std::string& detail) {
    auto said = nlohmann::json::parse(detail, nullptr, false);
    auto to = said.is_object() ? said.find("to") : said.end();
    if (to == said.end() || !to->is_string()) return std::nullopt;
    return to->get<std::string>();
}

Slot add_place(Transaction& transaction, const Unit& unit, const SlotName& name, bool declared) {
    if (!name.node.empty()) require_name(name.node, "node");
    require_name(name.type, "certificate type");
    if (!exists(transaction, "SELECT 1 FROM units WHERE id = ?", unit.id))
        throw Error(Code::not_found, fmt::format("there is no unit with id {}", unit.id));
    Slot slot;
    slot.unit_id = unit.id;
    slot.name = name;
    slot.declared = declared;
    slot.id = insert(transaction, "INSERT INTO slots(unit_id, node, type, declared) VALUES(?, ?, ?, ?)", unit.id,
                     name.node, name.type, declared);
    return slot;
}

std::vector<Slot> places_of(Reader& store, Id unit_id, bool declared) {
    // Not as a parameter: indexes of declared slots alone make SQLite plan anew for each value that it gets.
    auto select = [](int which) {
        return fmt::format(
            "SELECT u.name, s.node, s.type, {} FROM slots s JOIN units u ON u.id = s.unit_id "
            "WHERE s.unit_id = ? AND s.declared = {} ORDER BY s.node, s.type",
            slot_columns(), which);
    };
    static const std::string of_declared = select(1);
    static const std::string of_found = select(0);
    Query query(store, declared ? of_declared : of_found, unit_id);
    std::vector<Slot> slots;
    while (query.next()) slots.push_back(read_slot(query, query.slot_name()));
    return slots;
}

/// What the place showed becomes the slot's: its own where an issuer of this home signed it.
void declare(Transaction& transaction, Slot& slot) {
    change(transaction, "UPDATE slots SET declared = 1 WHERE id = ?", slot.id);
    slot.declared = true;
    change(transaction,
           "UPDATE certificates SET state = 'active' WHERE slot_id = ? AND state = 'foreign' "
           "AND (issuer_id IS NOT NULL OR same_as IS NOT NULL)",
           slot.id);
}

void add_labels(Transaction& transaction, Id unit_id, const Labels& labels) {
    for (const auto& [key, value] : labels)
        change(transaction, "INSERT INTO unit_labels(unit_id, key, value) VALUES(?, ?, ?)", unit_id, key, value);
}

}  // namespace

void add_unit(Transaction& transaction, Unit& unit) {
    require_name(unit.name, "unit");
    if (!unit.removed_at) require_free_name(transaction, unit.name, 0);
    static const std::string add = insert_sql("units", column_list(unit_fields));
    unit.id = insert_record(transaction, add, unit_fields, unit);
    add_labels(transaction, unit.id, unit.labels);
}

void update_unit(Transaction& transaction, const Unit& unit) {
    Query known(transaction, "SELECT name FROM units WHERE id = ?", unit.id);
    if (!known.next()) throw Error(Code::not_found, fmt::format("there is no unit with id {}", unit.id));
    if (!unit.removed_at) require_free_name(transaction, known.text(), unit.id);
    static constexpr auto fields = changing_fields(unit_fields);
    static const std::string set = update_sql("units", assignment_list(fields));
    update_record(transaction, set, fields, unit, unit.id);
    if (labels_of(transaction, unit.id) == unit.labels) return;
    change(transaction, "DELETE FROM unit_labels WHERE unit_id = ?", unit.id);
    add_labels(transaction, unit.id, unit.labels);
}

bool note_seen(Transaction& transaction, Id unit_id, Time now) {
    return change(transaction,
                  "UPDATE units SET seen_at = ?, offline_since = NULL, offline_cause = '', attempts = 0, "
                  "next_attempt = NULL WHERE id = ? AND removed_at IS NULL",
                  now, unit_id) == 1;
}

void rename_unit(Transaction& transaction, Unit& unit, const std::string& name) {
    require_name(name, "unit");
    if (!unit.removed_at) require_free_name(transaction, name, unit.id);
    if (change(transaction, "UPDATE units SET name = ? WHERE id = ?", name, unit.id) == 0)
        throw Error(Code::not_found, fmt::format("there is no unit with id {}", unit.id));
    unit.name = name;
}

std::optional<Unit> find_unit(Reader& store, const std::string& name) {
    static const std::string sql =
        fmt::format("SELECT {} FROM units u WHERE u.name = ? AND u.removed_at IS NULL", unit_columns());
    Query query(store, sql, name);
    if (!query.next()) return std::nullopt;
    Unit unit = read_unit(query);
    unit.labels = labels_of(store, unit.id);
    return unit;
}

void each_unit(Reader& store, const Selection& selection, const std::function<void(const Unit&)>& visit) {
    auto condition = unit_condition(store.backend().dialect(), selection);
    Query query(store, fmt::format("SELECT {} FROM units u WHERE u.removed_at IS NULL{} ORDER BY u.name",
                                   unit_columns(), condition.sql));
    condition.bind(query);
    std::int64_t visited = 0;
    while ((selection.limit == 0 || visited++ < selection.limit) && query.next()) {
        Unit unit = read_unit(query);
        unit.labels = labels_of(store, unit.id);
        visit(unit);
    }
}

std::int64_t count_units(Reader& store, const Selection& selection) {
    auto condition = unit_condition(store.backend().dialect(), selection);
    Query number(store, "SELECT count(*) FROM units u WHERE u.removed_at IS NULL" + condition.sql);
    condition.bind(number);
    number.next();
    return number.integer();
}

std::optional<std::string> name_after_renames(Reader& store, const std::string& name) {
    Query first(store,
                "SELECT seq, detail FROM audit WHERE action = 'unit.rename' AND subject = ? ORDER BY seq DESC LIMIT 1",
                name);
    if (!first.next()) return std::nullopt;
    auto seq = first.integer();
    auto now = renamed_to(first.text());
    // It may have been renamed again, each time later than the time before: the way ends.
    while (now) {
        Query next(store,
                   "SELECT seq, action, detail FROM audit WHERE action IN ('unit.rename', 'unit.remove') "
                   "AND subject = ? AND seq > ? ORDER BY seq LIMIT 1",
                   *now, seq);
        if (!next.next()) break;
        seq = next.integer();
        now = next.text() == "unit.remove" ? std::nullopt : renamed_to(next.text());
    }
    return now;
}

Slot ensure_slot(Transaction& transaction, const Unit& unit, const std::string& node, const std::string& type) {
    SlotName name{unit.name, node, type};
    auto slot = find_place(transaction, unit.id, name);
    if (!slot) return add_place(transaction, unit, name, true);
    if (!slot->declared) declare(transaction, *slot);
    return *slot;
}

Slot ensure_found(Transaction& transaction, const Unit& unit, const std::string& node, const std::string& type) {
    SlotName name{unit.name, node, type};
    if (auto slot = find_place(transaction, unit.id, name)) return *slot;
    return add_place(transaction, unit, name, false);
}

std::optional<Slot> find_slot(Reader& store, const SlotName& name) {
    auto slot = find_shown(store, name);
    return slot && slot->declared ? slot : std::nullopt;
}

std::optional<Slot> find_slot(Reader& store, Id unit_id, const SlotName& name) {
    auto slot = find_place(store, unit_id, name);
    return slot && slot->declared ? slot : std::nullopt;
}

std::optional<ProbesOfSlot> probes_of(Reader& store, Id slot_id) {
    Query query(store,
                "SELECT s.probe, u.probe FROM slots s JOIN units u ON u.id = s.unit_id "
                "WHERE s.id = ? AND u.removed_at IS NULL",
                slot_id);
    if (!query.next()) return std::nullopt;
    ProbesOfSlot probes;
    probes.own = query.text();
    probes.of_unit = query.text();
    return probes;
}

std::optional<Slot> find_shown(Reader& store, const SlotName& name) {
    Query unit(store, "SELECT id FROM units WHERE name = ? AND removed_at IS NULL", name.unit);
    if (!unit.next()) return std::nullopt;
    return find_place(store, unit.integer(), name);
}

std::vector<Slot> slots_of(Reader& store, Id unit_id) { return places_of(store, unit_id, true); }

std::vector<Slot> found_of(Reader& store, Id unit_id) { return places_of(store, unit_id, false); }

void set_slot_issuer(Transaction& transaction, Id slot_id, std::optional<Id> issuer_id) {
    if (change(transaction, "UPDATE slots SET issuer_id = ? WHERE id = ?", issuer_id, slot_id) == 0)
        throw Error(Code::not_found, fmt::format("there is no slot with id {}", slot_id));
}

void set_slot_probe(Transaction& transaction, Id slot_id, const std::string& probe) {
    if (change(transaction, "UPDATE slots SET probe = ? WHERE id = ?", probe, slot_id) == 0)
        throw Error(Code::not_found, fmt::format("there is no slot with id {}", slot_id));
}

void set_slot_identity(Transaction& transaction, Id slot_id, const std::optional<Identity>& identity) {
    static const std::string set = update_sql("slots", assignment_list(identity_fields));
    if (!update_record(transaction, set, identity_fields, identity, slot_id))
        throw Error(Code::not_found, fmt::format("there is no slot with id {}", slot_id));
}

void undeclare_slot(Transaction& transaction, Id slot_id) {
    change(transaction, "UPDATE certificates SET state = 'foreign' WHERE slot_id = ? AND state = 'active'", slot_id);
    static const std::string set = update_sql("slots", "declared = 0, " + assignment_list(identity_fields));
    update_record(transaction, set, identity_fields, std::optional<Identity>(), slot_id);
}

bool remove_empty_slot(Transaction& transaction, Id slot_id) {
    return change(transaction,
                  "DELETE FROM slots WHERE id = ?1 AND NOT EXISTS(SELECT 1 FROM certificates WHERE slot_id = ?1) "
                  "AND NOT EXISTS(SELECT 1 FROM items WHERE slot_id = ?1)",
                  slot_id) == 1;
}

}  // namespace rekey::store
