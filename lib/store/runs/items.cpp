#include "store/runs/items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/fleet/certificate_rows.hpp"
#include "store/fleet/fleet_rows.hpp"
#include "store/fleet/item_rows.hpp"
#include "store/runs/adoptions.hpp"
#include "store/sql/dialect.hpp"
#include "store/sql/enum_names.hpp"

namespace rekey::store {

namespace {

bool holds_slot(Outcome outcome) { return outcome == Outcome::open || outcome == Outcome::deferred; }

void require_free_slot(Reader& store, Id slot_id, Id but_for) {
    Query holding(store, "SELECT run_id FROM items WHERE slot_id = ? AND outcome IN ('open', 'deferred') AND id <> ?",
                  slot_id, but_for);
    if (holding.next())
        throw Error(Code::busy,
                    fmt::format("{} is being renewed by run {}", slot_text(store, slot_id), holding.integer()),
                    "wait until that run has finished; what a dead run left is taken over by the next renewal");
}

/// The place of the item's unit in the order of its run: as its most urgent item does.
void take_turn(Transaction& transaction, const Item& item) {
    change(transaction,
           "INSERT INTO run_units(run_id, urgency, unit_id) "
           "SELECT ?1, coalesce((SELECT coalesce(chain_end, not_after) FROM certificates WHERE id = ?2), 0), unit_id "
           "FROM slots "
           "WHERE id = ?3 ON CONFLICT(run_id, unit_id) DO UPDATE SET urgency = "
           "CASE WHEN excluded.urgency < run_units.urgency THEN excluded.urgency ELSE run_units.urgency END",
           item.run_id, item.old_certificate_id, item.slot_id);
}

/// Gives the id.
Id add_item_row(Transaction& transaction, const Item& item) {
    static const std::string add = insert_sql("items", "issuer_id, " + column_list(item_fields));
    WriteQuery query(transaction, add, reference(item.issuer_id));
    bind_fields(query, item_fields, item);
    query.run();
    return transaction.backend().last_id();
}

/// False: there is no such item, or `holds` and another one holds the slot.
bool update_item_row(Transaction& transaction, const Item& item, bool holds) {
    static constexpr auto fields = changing_fields(item_fields);
    static const std::string set =
        update_sql("items", assignment_list(fields)) +
        " AND NOT (? AND EXISTS(SELECT 1 FROM items other WHERE other.slot_id = items.slot_id "
        "AND other.outcome IN ('open', 'deferred') AND other.id <> items.id))";
    WriteQuery query(transaction, set);
    bind_fields(query, fields, item);
    query.bind(item.id);
    query.bind(holds);
    return query.run() != 0;
}

std::string select_with_requests(std::string_view condition) {
    return fmt::format(
        "SELECT u.name, s.node, s.type, {}, r.request FROM items i CROSS JOIN slots s CROSS JOIN units u "
        "LEFT JOIN item_requests r ON r.item_id = i.id WHERE s.id = i.slot_id AND u.id = s.unit_id AND {}",
        item_columns(), condition);
}

Item read_with_request(Query& row) {
    Item item = read_item(row, row.slot_name());
    item.request = row.bytes();
    return item;
}

// SQLite visits tables that are joined by CROSS JOIN in the order of the text.
constexpr const char* by_run =
    "items i CROSS JOIN slots s CROSS JOIN units u WHERE s.id = i.slot_id AND u.id = s.unit_id AND i.run_id = ?";
constexpr const char* by_slot =
    "units u CROSS JOIN slots s CROSS JOIN items i WHERE s.unit_id = u.id AND i.slot_id = s.id AND i.run_id = ?";
/// Up to this many items are put in order in memory; beyond, the fleet is walked in order instead.
constexpr std::int64_t most_in_memory = 10'000;

/// What most steps of an open item change: nothing that an index has, which an UPDATE would write again although it is
/// the same. False, and nothing happened, when more is to be changed.
bool update_step(Transaction& transaction, const Item& item) {
    return change(transaction,
                  "UPDATE items SET step = ?, error = ?, old_number = ?, new_number = ?, updated_at = ?, "
                  "keeps_old = ?, chain_only = ? WHERE id = ? AND outcome = 'open' AND old_certificate_id IS ? "
                  "AND new_certificate_id IS ?",
                  to_string(item.step), shortened(item.error), item.old_number, item.new_number, item.updated_at,
                  item.keeps_old, item.chain_only, item.id, item.old_certificate_id, item.new_certificate_id) == 1;
}

}  // namespace

std::string_view to_string(Step step) { return word_for(step_words, step); }
std::string_view to_string(Outcome outcome) { return word_for(outcome_words, outcome); }

void add_item(Transaction& transaction, Item& item) {
    if (holds_slot(item.outcome)) {
        require_free_slot(transaction, item.slot_id, 0);
        require_no_adoption(transaction, item.slot_id);
    }
    item.id = add_item_row(transaction, item);
    if (holds_slot(item.outcome) && !item.request.empty()) keep_request(transaction, item);
    if (item.outcome == Outcome::open) take_turn(transaction, item);
}

void update_item(Transaction& transaction, const Item& item) {
    if (item.outcome == Outcome::open && update_step(transaction, item)) return;
    bool holds = holds_slot(item.outcome);
    if (!update_item_row(transaction, item, holds)) {
        require_free_slot(transaction, item.slot_id, item.id);
        throw Error(Code::not_found, fmt::format("there is no item {}", item.id));
    }
    // What has ended needs no request any more.
    if (!holds) change(transaction, "DELETE FROM item_requests WHERE item_id = ?", item.id);
}

void keep_request(Transaction& transaction, const Item& item) {
    change(transaction,
           "INSERT INTO item_requests(item_id, request) VALUES(?, ?) ON CONFLICT(item_id) "
           "DO UPDATE SET request = excluded.request",
           item.id, ByteView(item.request));
}

std::optional<Item> item_holding(Reader& store, Id slot_id) {
    Query query(store, select_with_requests("i.slot_id = ? AND i.outcome IN ('open', 'deferred')"), slot_id);
    if (!query.next()) return std::nullopt;
    return read_with_request(query);
}

Id newest_item(Reader& store) { return count(store, "SELECT coalesce(max(id), 0) FROM items"); }

std::optional<Item> find_item(Reader& store, Id id) {
    Query query(store, select_with_requests("i.id = ?"), id);
    if (!query.next()) return std::nullopt;
    return read_with_request(query);
}

std::vector<UnitTurn> unit_turns(Reader& store, Id run_id, const std::optional<UnitTurn>& after, int limit) {
    static const std::string sql =
        "SELECT urgency, unit_id FROM run_units WHERE run_id = ? AND (urgency, unit_id) > (?, ?) "
        "ORDER BY urgency, unit_id LIMIT ?";
    auto from = after.value_or(UnitTurn{Time::min(), 0});
    Query query(store, sql, run_id, from.urgency, from.unit_id, std::max(limit, 0));
    std::vector<UnitTurn> turns;
    while (query.next()) {
        Time urgency = query.time();
        turns.push_back({urgency, query.integer()});
    }
    return turns;
}

std::vector<Item> open_items(Reader& store, Id run_id, Id unit_id) {
    // By what holds the slots of the unit, of which there are few; a run may have a million items.
    auto sql = fmt::format(
        "SELECT u.name, s.node, s.type, {}, r.request FROM units u CROSS JOIN slots s CROSS JOIN items i{} "
        "LEFT JOIN item_requests r ON r.item_id = i.id WHERE s.unit_id = u.id AND i.slot_id = s.id "
        "AND u.id = ? AND i.outcome IN ('open', 'deferred') AND i.outcome = 'open' AND i.run_id = ? "
        "ORDER BY s.node, s.type",
        item_columns(), store.backend().dialect().by_index("items_holding"));
    Query query(store, sql, unit_id, run_id);
    std::vector<Item> items;
    while (query.next()) items.push_back(read_with_request(query));
    return items;
}

std::int64_t count_open_items(Reader& store, Id run_id) { return count_items(store, run_id, Outcome::open); }

std::int64_t count_items(Reader& store, Id run_id, Outcome outcome) {
    return count(store, "SELECT count(*) FROM items WHERE run_id = ? AND outcome = ?", run_id, to_string(outcome));
}

std::vector<ItemCount> count_items_since(Reader& store, Time since) {
    // Counted here: to group them, a database would put all of them in order.
    Query query(store,
                fmt::format("SELECT {}, coalesce(reason, ''), outcome FROM items WHERE updated_at >= ? "
                            "AND outcome <> 'continued'",
                            store.backend().dialect().month_of("updated_at")),
                since);
    using Alike = std::tuple<std::string, std::string, std::string>;  // month, reason and outcome
    std::map<Alike, std::int64_t> alike;
    while (query.next()) {
        auto month = query.text();
        auto why = query.text();
        ++alike[Alike{std::move(month), std::move(why), query.text()}];
    }
    std::vector<ItemCount> counts;
    for (const auto& [key, items] : alike) {
        const auto& [month, why, outcome] = key;
        counts.push_back({month, reason(why), stored_value_of<Outcome>(outcome_words, outcome), items});
    }
    return counts;
}

void each_item(Reader& store, Id run_id, const std::function<void(const Item&)>& visit) {
    Snapshot snapshot(store);
    bool small = count(store, "SELECT count(*) FROM (SELECT 1 FROM items WHERE run_id = ? LIMIT ?)", run_id,
                       most_in_memory + 1) <= most_in_memory;
    Query query(store,
                fmt::format("SELECT u.name, s.node, s.type, {} FROM {} ORDER BY u.name, u.id, s.node, s.type, i.id",
                            item_columns(), small ? by_run : by_slot),
                run_id);
    while (query.next()) visit(read_item(query, query.slot_name()));
}

}  // namespace rekey::store
