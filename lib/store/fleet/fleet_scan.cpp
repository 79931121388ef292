#include "store/fleet/fleet_scan.hpp"

#include <fmt/format.h>

#include "store/fleet/certificate_rows.hpp"
#include "store/fleet/due_times.hpp"
#include "store/fleet/fleet_rows.hpp"
#include "store/fleet/item_rows.hpp"
#include "store/fleet/own_rules.hpp"
#include "store/fleet/selection_sql.hpp"
#include "store/sql/dialect.hpp"

namespace rekey::store {

namespace {

/// More rows are not put in order beside the fleet: the scan has them in order.
constexpr std::int64_t most_put_in_order = 10'000;

/// Slot by slot of unit by unit.
constexpr std::string_view whole_fleet = "units u CROSS JOIN slots s";

/// `from` has `units u` and `slots s`. Each join finds at most one row, by an index of its own.
std::string select_slots(std::string_view from, std::string_view condition) {
    return fmt::format(
        "SELECT u.id, u.address, u.next_attempt, u.rules, u.name, s.node, s.type, "
        "EXISTS(SELECT 1 FROM adoptions d WHERE d.slot_id = s.id), {}, {}, {} FROM {} "
        "LEFT JOIN items i ON i.slot_id = s.id AND i.outcome IN ('open', 'deferred') "
        "{} WHERE s.unit_id = u.id AND s.declared = 1 AND u.removed_at IS NULL{} ORDER BY u.name, s.node, s.type",
        slot_columns, item_columns, certificate_columns(), from, join_in_use, condition);
}

/// Begins with what finds them, so that the fleet is not walked through.
std::string select_maybe_due_slots(const std::string& condition) {
    return fmt::format(
        "WITH looked_at(id) AS ({}) {}", select_maybe_due("UNION"),
        select_slots("looked_at l CROSS JOIN slots s CROSS JOIN units u", " AND s.id = l.id" + condition));
}

bool are_few_maybe_due(Reader& store, Time now) {
    static const std::string sql = fmt::format("SELECT count(*) FROM ({} LIMIT ?)", select_maybe_due("UNION ALL"));
    return count(store, sql, now, most_put_in_order + 1) <= most_put_in_order;
}

/// A row a slot, and one for a unit that has none.
std::string select_units(std::string_view condition) {
    return fmt::format(
        "SELECT {}, {}, s.node, s.type, {} FROM units u LEFT JOIN slots s ON s.unit_id = u.id AND s.declared = 1 "
        "{} WHERE u.removed_at IS NULL{} ORDER BY u.name, s.node, s.type",
        unit_columns, slot_columns, certificate_columns(), join_in_use, condition);
}

void visit_slots(Reader& store, Query& query, std::int64_t limit, const std::function<void(const SlotStatus&)>& visit) {
    Id labels_are_of = 0;
    Labels labels;
    std::int64_t visited = 0;
    while ((limit == 0 || visited++ < limit) && query.next()) {
        SlotStatus status;
        Id unit_id = query.integer();
        status.address = query.text();
        status.next_attempt = query.optional_time();
        status.unit_rules = own_rules_from(query.text());
        SlotName name = query.slot_name();
        status.adopting = query.flag();
        status.slot = read_slot(query, name);
        if (query.is_null())
            query.skip(item_width);
        else
            status.holding = read_item(query, name);
        if (!query.is_null()) status.in_use = read_certificate(query, name);
        if (unit_id != labels_are_of) {
            labels = labels_of(store, unit_id);
            labels_are_of = unit_id;
        }
        status.labels = labels;
        visit(status);
    }
}

SlotStatus read_slot_status(Query& row, const UnitStatus& of) {
    SlotStatus status;
    status.slot = read_slot(row, {of.unit.name, {}, {}});
    status.slot.name.node = row.text();
    status.slot.name.type = row.text();
    if (!row.is_null()) status.in_use = read_certificate(row, status.slot.name);
    status.address = of.unit.address;
    status.labels = of.unit.labels;
    status.unit_rules = of.unit.rules;
    status.next_attempt = of.unit.next_attempt;
    return status;
}

void visit_units(Reader& store, Query& query, std::int64_t limit, const std::function<void(const UnitStatus&)>& visit) {
    UnitStatus status;
    std::int64_t visited = 0;
    while (query.next()) {
        auto unit = read_unit(query);
        if (unit.id != status.unit.id) {
            if (status.unit.id != 0) {
                visit(status);
                if (limit != 0 && ++visited == limit) return;
            }
            status.unit = std::move(unit);
            status.unit.labels = labels_of(store, status.unit.id);
            status.slots.clear();
        }
        if (!query.is_null()) status.slots.push_back(read_slot_status(query, status));
    }
    if (status.unit.id != 0) visit(status);
}

}  // namespace

void each_slot(Reader& store, const Selection& selection, const std::function<void(const SlotStatus&)>& visit) {
    Snapshot snapshot(store);
    auto condition = slot_condition(store.backend().dialect(), selection);
    Query query(store, select_slots(whole_fleet, condition.sql));
    condition.bind(query);
    visit_slots(store, query, selection.limit, visit);
}

void each_maybe_due(Reader& store, const Selection& selection, const std::string& judged_by, Time now,
                    const std::function<void(const SlotStatus&)>& visit) {
    Snapshot snapshot(store);
    if (!due_times_hold(store, judged_by, now) || !are_few_maybe_due(store, now))
        return each_slot(store, selection, visit);
    auto condition = slot_condition(store.backend().dialect(), selection);
    Query query(store, select_maybe_due_slots(condition.sql));
    query.bind(now);
    condition.bind(query);
    visit_slots(store, query, selection.limit, visit);
}

void each_unit_status(Reader& store, const Selection& selection, const std::function<void(const UnitStatus&)>& visit) {
    Snapshot snapshot(store);
    auto condition = unit_condition(store.backend().dialect(), selection);
    Query query(store, select_units(condition.sql));
    condition.bind(query);
    visit_units(store, query, selection.limit, visit);
}

}  // namespace rekey::store
