#include "store/records/syncs.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/records.hpp"
#include "store/records/coverage_conditions.hpp"
#include "store/records/record_rows.hpp"
#include "store/sql/enum_names.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/tenants.hpp"

namespace rekey::store {

namespace {

constexpr Words<5> phase_words = {"devices", "marking", "coverage", "done", "abandoned"};

std::string select_syncs(std::string_view condition) {
    return fmt::format(
        "SELECT tenant_id, generation, phase, cursor, pages, told, added, changed, returned, gone, asked, actor, "
        "started_at, finished_at FROM syncs WHERE tenant_id = ? {}",
        condition);
}

Sync read_sync(Query& row) {
    Sync sync;
    sync.tenant_id = row.integer();
    sync.generation = row.integer();
    sync.phase = stored_value_of<SyncPhase>(phase_words, row.text());
    sync.cursor = row.text();
    sync.pages = row.integer();
    sync.seen = row.integer();
    sync.added = row.integer();
    sync.changed = row.integer();
    sync.returned = row.integer();
    sync.gone = row.integer();
    sync.asked = row.integer();
    sync.actor = row.text();
    sync.started_at = row.time();
    sync.finished_at = row.optional_time();
    return sync;
}

/// One that is not finished is the newest; a merge may have brought others with later numbers.
std::optional<Sync> find_newest(Reader& store, Id tenant_id, std::string_view condition) {
    Query row(store,
              select_syncs(fmt::format("{} ORDER BY finished_at IS NULL DESC, started_at DESC, generation DESC LIMIT 1",
                                       condition)),
              tenant_id);
    if (!row.next()) return std::nullopt;
    return read_sync(row);
}

// All of these are ranges of the index devices_seen.
std::string uncovered_of(Reader& store) {
    return fmt::format(
        "FROM devices{} WHERE tenant_id = ?1 AND seen_in_sync = ?2 AND inactive_since IS NULL AND covered_by < ?3",
        store.backend().dialect().by_index("devices_seen"));
}

}  // namespace

std::string_view to_string(SyncPhase phase) { return word_for(phase_words, phase); }
std::optional<SyncPhase> sync_phase(std::string_view text) { return value_of<SyncPhase>(phase_words, text); }

void add_sync(Transaction& transaction, Sync& sync) {
    auto tenant = tenant_text(transaction, sync.tenant_id);
    if (exists(transaction, "SELECT 1 FROM syncs WHERE tenant_id = ? AND finished_at IS NULL", sync.tenant_id))
        throw Error(Code::busy, fmt::format("tenant '{}' has a sync that is not finished", tenant));
    sync.generation =
        count(transaction, "SELECT coalesce(max(generation), 0) + 1 FROM syncs WHERE tenant_id = ?", sync.tenant_id);
    restore_sync(transaction, sync);
}

void restore_sync(Transaction& transaction, const Sync& sync) {
    change(transaction,
           "INSERT INTO syncs(tenant_id, generation, phase, cursor, pages, told, added, changed, returned, gone, "
           "asked, actor, started_at, finished_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
           sync.tenant_id, sync.generation, to_string(sync.phase), sync.cursor, sync.pages, sync.seen, sync.added,
           sync.changed, sync.returned, sync.gone, sync.asked, sync.actor, sync.started_at, sync.finished_at);
}

void update_sync(Transaction& transaction, const Sync& sync) {
    auto changed = change(transaction,
                          "UPDATE syncs SET phase = ?, cursor = ?, pages = ?, told = ?, added = ?, changed = ?, "
                          "returned = ?, gone = ?, asked = ?, finished_at = ? WHERE tenant_id = ? AND generation = ?",
                          to_string(sync.phase), sync.cursor, sync.pages, sync.seen, sync.added, sync.changed,
                          sync.returned, sync.gone, sync.asked, sync.finished_at, sync.tenant_id, sync.generation);
    if (changed == 0)
        throw Error(Code::not_found, fmt::format("sync {} is not there any more", sync.generation),
                    "the tenant was removed meanwhile");
}

std::optional<Sync> last_sync(Reader& store, Id tenant_id) { return find_newest(store, tenant_id, ""); }

std::optional<Sync> last_done_sync(Reader& store, Id tenant_id) {
    return find_newest(store, tenant_id, "AND phase = 'done'");
}

void each_sync(Reader& store, Id tenant_id, const std::function<void(const Sync&)>& visit) {
    Query row(store, select_syncs("ORDER BY generation"), tenant_id);
    while (row.next()) visit(read_sync(row));
}

std::int64_t mark_missing(Transaction& transaction, Id tenant_id, std::int64_t generation, Time since, int limit) {
    const auto& dialect = transaction.backend().dialect();
    // The rows are found first: changing what the index is made of while walking along it is no good.
    auto marked = change(transaction,
                         fmt::format("UPDATE devices SET inactive_since = ?3 WHERE {0} IN (SELECT {0} FROM devices{1} "
                                     "WHERE tenant_id = ?1 AND seen_in_sync < ?2 AND inactive_since IS NULL LIMIT ?4)",
                                     dialect.row_id(), dialect.by_index("devices_seen")),
                         tenant_id, generation, since, limit);
    change(transaction, "UPDATE tenants SET inactive = inactive + ? WHERE id = ?", marked, tenant_id);
    return marked;
}

std::vector<Uncovered> uncovered_devices(Reader& store, Id tenant_id, std::int64_t generation, std::int64_t covered_by,
                                         const Uncovered& after, int limit) {
    Query query(store,
                fmt::format("SELECT id, covered_by, {0} {1} AND (covered_by, {0}) > (?4, ?5) "
                            "ORDER BY covered_by, {0} LIMIT ?6",
                            store.backend().dialect().row_id(), uncovered_of(store)),
                tenant_id, generation, covered_by, after.covered_by, after.place, limit);
    std::vector<Uncovered> found;
    while (query.next()) {
        Uncovered each;
        each.device_id = query.text();
        each.covered_by = query.integer();
        each.place = query.integer();
        found.push_back(std::move(each));
    }
    return found;
}

std::int64_t count_uncovered(Reader& store, Id tenant_id, std::int64_t generation, std::int64_t covered_by) {
    return count(store, "SELECT count(*) " + uncovered_of(store), tenant_id, generation, covered_by);
}

std::int64_t first_sync_since(Reader& store, Id tenant_id, Time since) {
    // A merge may have brought older ones with later numbers.
    return count(store,
                 "SELECT coalesce(min(generation), (SELECT coalesce(max(generation), 0) + 1 FROM syncs WHERE "
                 "tenant_id = ?1)) FROM syncs WHERE tenant_id = ?1 AND started_at >= ?2",
                 tenant_id, since);
}

std::int64_t forget_ended_coverage(Transaction& transaction, Id tenant_id, Time since, Time now) {
    const auto& dialect = transaction.backend().dialect();
    // The rows are found first: changing what the index is made of while walking along it is no good.
    return change(transaction,
                  fmt::format("UPDATE devices SET covered_by = 0 WHERE {0} IN (SELECT d.{0} FROM coverage e{1} "
                              "JOIN devices d ON d.tenant_id = e.tenant_id "
                              "AND d.id = e.device_id AND d.covered_by > 0 AND d.inactive_since IS NULL "
                              "LEFT JOIN syncs s ON s.tenant_id = d.tenant_id AND s.generation = d.covered_by "
                              "WHERE e.tenant_id = ?1 AND e.ends >= ?2 AND e.ends < ?3 AND (e.ends >= s.started_at "
                              "OR NOT EXISTS(SELECT 1 FROM coverage c WHERE c.tenant_id = e.tenant_id "
                              "AND c.device_id = e.device_id AND {2})))",
                              dialect.row_id(), dialect.by_index("coverage_ends"), coverage_in_force(dialect, "?3")),
                  tenant_id, since, now);
}

void keep_seen(Transaction& transaction, Id tenant_id, std::int64_t generation, const std::vector<std::string>& ids) {
    for (const auto& id : ids)
        change(transaction,
               "UPDATE devices SET seen_in_sync = ?3 WHERE tenant_id = ?1 AND id = ?2 AND seen_in_sync < ?3", tenant_id,
               id, generation);
}

void set_covered(Transaction& transaction, Id tenant_id, std::int64_t generation, const std::vector<std::string>& ids) {
    WriteQuery query(transaction,
                     "UPDATE devices SET covered_by = ?1 WHERE tenant_id = ?2 AND id = ?3 AND covered_by < ?1");
    for (const auto& id : ids) {
        query.again();
        query.bind(generation);
        query.bind(tenant_id);
        query.lend(id);
        query.run();
    }
}

}  // namespace rekey::store
