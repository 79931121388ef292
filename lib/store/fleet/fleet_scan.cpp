#include "store/fleet/fleet_scan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "store/fleet/certificate_rows.hpp"
#include "store/fleet/due_times.hpp"
#include "store/fleet/fleet_rows.hpp"
#include "store/fleet/item_rows.hpp"
#include "store/fleet/own_rules.hpp"
#include "store/fleet/selection_sql.hpp"
#include "store/sql/dialect.hpp"

namespace rekey::store {

namespace {

/// More slots are not put in order beside the fleet, in some MiB of memory: the scan has them in order.
constexpr std::int64_t most_put_in_order = 50'000;
/// The same of units, which are put in order with all that is read of them.
constexpr std::int64_t most_units_put_in_order = 10'000;

/// Slot by slot of unit by unit.
constexpr std::string_view whole_fleet = "units u CROSS JOIN slots s";

/// `from` has `units u` and `slots s`. Each join finds at most one row, by an index of its own.
std::string select_slots(std::string_view from, std::string_view condition) {
    return fmt::format(
        "SELECT u.id, u.address, u.next_attempt, u.rules, u.name, s.node, s.type, "
        "EXISTS(SELECT 1 FROM adoptions d WHERE d.slot_id = s.id), {}, {}, {} FROM {} "
        "LEFT JOIN items i ON i.slot_id = s.id AND i.outcome IN ('open', 'deferred') "
        "{} WHERE s.unit_id = u.id AND s.declared = 1 AND u.removed_at IS NULL{} ORDER BY u.name, s.node, s.type",
        slot_columns(), item_columns(), certificate_columns(), from, join_in_use(), condition);
}

/// Ids in order of unit, node and type. Begins with what finds them, so that the fleet is not walked through, and reads
/// nothing else of them, so that little is put in order.
std::string select_ids_by_index(Candidates what, const std::string& condition) {
    return fmt::format(
        "SELECT s.id FROM ({}) l CROSS JOIN slots s CROSS JOIN units u {}WHERE s.id = l.id AND u.id = s.unit_id "
        "AND s.declared = 1 AND u.removed_at IS NULL{} ORDER BY u.name, s.node, s.type",
        select_candidates(what, "UNION"), condition.empty() ? "" : join_in_use(), condition);
}

/// Walks through the fleet, as that is the order of the result, and reads of the other slots only that they are such.
std::string select_on_the_way(Candidates what, const std::string& condition) {
    return select_slots(whole_fleet, " AND " + is_candidate(what) + condition);
}

bool are_few(Reader& store, Candidates what, Time now) {
    return count(store, fmt::format("SELECT count(*) FROM ({} LIMIT ?)", select_candidates(what, "UNION ALL")), now,
                 most_put_in_order + 1) <= most_put_in_order;
}

/// What is offline, or was last seen at the time of the parameter at the latest; by indexes.
constexpr const char* select_silent =
    "SELECT id FROM units WHERE removed_at IS NULL AND offline_since IS NOT NULL "
    "UNION ALL SELECT id FROM units WHERE removed_at IS NULL AND offline_since IS NULL "
    "AND coalesce(seen_at, added_at) <= ?";

bool are_few_silent(Reader& store, Time since) {
    return count(store, fmt::format("SELECT count(*) FROM ({} LIMIT ?)", select_silent), since,
                 most_units_put_in_order + 1) <= most_units_put_in_order;
}

/// A row a slot, and one for a unit that has none. `sound` is a condition on the slot: of a certificate in such a one,
/// only the end is read.
std::string select_units(std::string_view from, const std::string& sound, std::string_view condition) {
    return fmt::format(
        "SELECT {0}, {1}, {2}, s.node, s.type, CASE WHEN {1} THEN (SELECT coalesce(e.chain_end, e.not_after) "
        "FROM certificates e WHERE e.slot_id = s.id AND e.state = 'active') END, {3} FROM {4} "
        "LEFT JOIN slots s ON s.unit_id = u.id AND s.declared = 1 "
        "LEFT JOIN certificates c ON c.id = CASE WHEN {1} THEN NULL ELSE {5} END "
        "WHERE u.removed_at IS NULL{6} ORDER BY u.name, s.node, s.type",
        unit_columns(), sound, slot_columns(), certificate_columns(), from, in_use_id, condition);
}

/// With the parameter of `sound`, then that of what is silent, then those of `condition`.
std::string select_units_of(Reader& store, const UnitScan& scan, const std::string& sound,
                            const std::string& condition) {
    if (!scan.silent_since) return select_units("units u", sound, condition);
    if (are_few_silent(store, *scan.silent_since))
        return select_units(fmt::format("({}) l CROSS JOIN units u", select_silent), sound,
                            " AND u.id = l.id" + condition);
    return select_units("units u", sound,
                        " AND (u.offline_since IS NOT NULL OR coalesce(u.seen_at, u.added_at) <= ?)" + condition);
}

/// Reads what `select_slots` selects. Slots of one unit come one behind the other, and its labels are read once.
class SlotRows {
public:
    explicit SlotRows(Reader& store) : labels_(store) {}

    SlotStatus read(Query& row) {
        SlotStatus status;
        Id unit_id = row.integer();
        status.address = row.text();
        status.next_attempt = row.optional_time();
        status.unit_rules = own_rules_from(row.text());
        SlotName name = row.slot_name();
        status.adopting = row.flag();
        status.slot = read_slot(row, name);
        if (row.is_null())
            row.skip(item_width);
        else
            status.holding = read_item(row, name);
        if (!row.is_null()) status.in_use = read_certificate(row, name);
        status.labels = labels_.of(unit_id);
        return status;
    }

private:
    LabelsOfUnit labels_;
};

void visit_slots(Reader& store, Query& query, std::int64_t limit, const std::function<void(const SlotStatus&)>& visit) {
    SlotRows rows(store);
    std::int64_t visited = 0;
    while ((limit == 0 || visited++ < limit) && query.next()) visit(rows.read(query));
}

/// One by one, as they were put in order.
void visit_slots_of(Reader& store, Query& ids, std::int64_t limit,
                    const std::function<void(const SlotStatus&)>& visit) {
    static const std::string sql = select_slots("slots s CROSS JOIN units u", " AND s.id = ?");
    Query slot(store, sql);
    SlotRows rows(store);
    std::int64_t visited = 0;
    while ((limit == 0 || visited++ < limit) && ids.next()) {
        slot.again();
        slot.bind(ids.integer());
        if (slot.next()) visit(rows.read(slot));
    }
}

ScannedSlot read_scanned_slot(Query& row, const UnitStatus& of, bool is_sound) {
    ScannedSlot scanned{{}, is_sound};
    auto& status = scanned.status;
    status.slot = read_slot(row, {of.unit.name, {}, {}});
    status.slot.name.node = row.text();
    status.slot.name.type = row.text();
    scanned.active_until = row.optional_time();
    if (!row.is_null()) status.in_use = read_certificate(row, status.slot.name);
    if (status.in_use && status.in_use->state == CertificateState::active)
        scanned.active_until = status.in_use->chain_end.at;
    status.address = of.unit.address;
    status.labels = of.unit.labels;
    status.unit_rules = of.unit.rules;
    status.next_attempt = of.unit.next_attempt;
    return scanned;
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
        bool is_sound = query.flag();
        if (query.is_null()) continue;
        status.slots.push_back(read_scanned_slot(query, status, is_sound));
    }
    if (status.unit.id != 0) visit(status);
}

void each_candidate(Candidates what, Reader& store, const Selection& selection, Time now,
                    const std::function<void(const SlotStatus&)>& visit) {
    auto condition = slot_condition(store.backend().dialect(), selection);
    bool by_index = are_few(store, what, now);
    Query query(store, by_index ? select_ids_by_index(what, condition.sql) : select_on_the_way(what, condition.sql));
    query.bind(now);
    condition.bind(query);
    (by_index ? visit_slots_of : visit_slots)(store, query, selection.limit, visit);
}

constexpr const char* select_declared = "SELECT id FROM slots WHERE declared = 1";

/// Slots that nothing is kept of; those of removed units have no number there.
constexpr const char* select_unjudged =
    "SELECT id FROM slots WHERE declared = 1 AND due_by < (SELECT generation FROM due_basis) "
    "UNION ALL SELECT id FROM slots WHERE declared = 1 AND due_by > (SELECT generation FROM due_basis)";

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
    if (!due_times_hold(store, judged_by, now)) return each_slot(store, selection, visit);
    each_candidate(Candidates::due, store, selection, now, visit);
}

void each_maybe_found(Reader& store, const Selection& selection, const std::string& judged_by, Time now,
                      const std::function<void(const SlotStatus&)>& visit) {
    Snapshot snapshot(store);
    if (!sound_times_hold(store, judged_by, now)) return each_slot(store, selection, visit);
    each_candidate(Candidates::found, store, selection, now, visit);
}

std::vector<Id> unjudged_slots(Reader& store, const Selection& selection, const std::string& judged_by, Time now) {
    Snapshot snapshot(store);
    auto condition = slot_condition(store.backend().dialect(), selection);
    Query query(store, fmt::format("SELECT s.id FROM ({}) l CROSS JOIN slots s CROSS JOIN units u {}WHERE s.id = l.id "
                                   "AND u.id = s.unit_id AND u.removed_at IS NULL{}",
                                   due_times_hold(store, judged_by, now) ? select_unjudged : select_declared,
                                   condition.sql.empty() ? "" : join_in_use(), condition.sql));
    condition.bind(query);
    std::vector<Id> found;
    while (query.next()) found.push_back(query.integer());
    std::ranges::sort(found);
    return found;
}

std::optional<SlotStatus> find_unjudged(Reader& store, Id slot_id) {
    static const std::string sql = select_slots("slots s CROSS JOIN units u",
                                                " AND s.id = ? AND s.due_by IS NOT (SELECT generation FROM due_basis)");
    Query query(store, sql, slot_id);
    std::optional<SlotStatus> found;
    constexpr std::int64_t all = 0;
    visit_slots(store, query, all, [&](const SlotStatus& status) { found = status; });
    return found;
}

void scan_units(Reader& store, const UnitScan& scan, const std::function<void(const UnitStatus&)>& visit) {
    Snapshot snapshot(store);
    bool knows_sound = !scan.judged_by.empty() && sound_times_hold(store, scan.judged_by, scan.now);
    auto condition = unit_condition(store.backend().dialect(), scan.which);
    auto sound = knows_sound ? fmt::format("(NOT {})", is_candidate(Candidates::found, "?1")) : "0";
    Query query(store, select_units_of(store, scan, sound, condition.sql));
    if (knows_sound) query.bind(scan.now);
    if (scan.silent_since) query.bind(*scan.silent_since);
    condition.bind(query);
    visit_units(store, query, scan.which.limit, visit);
}

void each_unit_status(Reader& store, const Selection& selection, const std::function<void(const UnitStatus&)>& visit) {
    scan_units(store, {.which = selection}, visit);
}

}  // namespace rekey::store
