#include "store/tenants/merges.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/tenants.hpp"
#include "store/sql/enum_names.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/credentials.hpp"

namespace rekey::store {

namespace {

constexpr Words<3> merge_states = {"open", "merged", "rolled_back"};

std::string select_merges(std::string_view condition) {
    return fmt::format(
        "SELECT id, from_tenant_id, from_uid, from_name, into_tenant_id, from_credential_id, rotation_id, state, "
        "devices, coverage, actor, started_at, finished_at FROM merges {}",
        condition);
}

Merge read_merge(Query& row) {
    Merge merge;
    merge.id = row.integer();
    merge.from_tenant_id = row.optional_integer().value_or(0);
    merge.from_uid = row.text();
    merge.from_name = row.text();
    merge.into_tenant_id = row.integer();
    merge.from_credential_id = row.integer();
    merge.rotation_id = row.integer();
    merge.state = stored_value_of<MergeState>(merge_states, row.text());
    merge.devices = row.integer();
    merge.coverage = row.integer();
    merge.actor = row.text();
    merge.started_at = row.time();
    merge.finished_at = row.optional_time();
    return merge;
}

void set_tenant_state(Transaction& transaction, Id tenant_id, std::string_view state) {
    change(transaction, "UPDATE tenants SET state = ? WHERE id = ?", state, tenant_id);
}

}  // namespace

void require_open(Transaction& transaction, const Merge& merge) {
    if (!exists(transaction, "SELECT 1 FROM merges WHERE id = ? AND state = 'open'", merge.id))
        throw Error(Code::busy, fmt::format("somebody else ended the merge of tenant '{}'", merge.from_name),
                    "see: rekey tenants list");
}

void add_merge(Transaction& transaction, Merge& merge) {
    Query from(transaction, "SELECT uid, name, devices, coverage FROM tenants WHERE id = ?", merge.from_tenant_id);
    if (!from.next()) throw Error(Code::not_found, fmt::format("there is no tenant with id {}", merge.from_tenant_id));
    merge.from_uid = from.text();
    merge.from_name = from.text();
    merge.devices = from.integer();
    merge.coverage = from.integer();
    merge.id =
        insert(transaction,
               "INSERT INTO merges(from_tenant_id, from_uid, from_name, into_tenant_id, from_credential_id, "
               "rotation_id, state, devices, coverage, actor, started_at) "
               "VALUES(?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?)",
               merge.from_tenant_id, merge.from_uid, merge.from_name, merge.into_tenant_id, merge.from_credential_id,
               merge.rotation_id, merge.devices, merge.coverage, merge.actor, merge.started_at);
    set_tenant_state(transaction, merge.from_tenant_id, "merging");
}

std::optional<Merge> open_merge_from(Reader& store, Id tenant_id) {
    Query query(store, select_merges("WHERE from_tenant_id = ? AND state = 'open'"), tenant_id);
    if (!query.next()) return std::nullopt;
    return read_merge(query);
}

std::vector<Merge> open_merges(Reader& store) {
    Query query(store, select_merges("WHERE state = 'open' ORDER BY id"));
    std::vector<Merge> merges;
    while (query.next()) merges.push_back(read_merge(query));
    return merges;
}

std::optional<Merge> finished_merge(Reader& store, const std::string& from_name, Id into_tenant_id) {
    Query query(store,
                select_merges("WHERE from_name = ? AND into_tenant_id = ? AND state = 'merged' ORDER BY id DESC "
                              "LIMIT 1"),
                from_name, into_tenant_id);
    if (!query.next()) return std::nullopt;
    return read_merge(query);
}

void undo_merge(Transaction& transaction, const Merge& merge, Time now) {
    require_open(transaction, merge);
    change(transaction, "UPDATE merges SET state = 'rolled_back', finished_at = ? WHERE id = ?", now, merge.id);
    set_tenant_state(transaction, merge.from_tenant_id, "present");
}

void finish_merge(Transaction& transaction, const Merge& merge, Time now) {
    require_open(transaction, merge);
    Id from = merge.from_tenant_id;
    Id into = merge.into_tenant_id;
    for (const char* table : {"devices", "device_history", "coverage", "coverage_history"})
        if (exists(transaction, fmt::format("SELECT 1 FROM {} WHERE tenant_id = ?", table), from))
            throw Error(Code::busy, fmt::format("tenant '{}' still has records", merge.from_name),
                        "run the same command again");
    destroy_keys_of(transaction, from);
    change(transaction,
           "UPDATE payload_entries SET tenant_id = ?2, credential_id = CASE WHEN credential_id = ?3 THEN "
           "(SELECT new_credential_id FROM rotations WHERE id = ?4) ELSE credential_id END WHERE tenant_id = ?1",
           from, into, merge.from_credential_id, merge.rotation_id);
    change(transaction,
           "UPDATE credentials SET tenant_id = ?2, state = CASE WHEN state = 'superseded' THEN 'retired' ELSE state "
           "END WHERE tenant_id = ?1",
           from, into);
    // Their keys are gone, so none of them is to go back to.
    change(transaction,
           "UPDATE rotations SET tenant_id = ?2, prior_destroyed_at = CASE WHEN state = 'confirmed' THEN "
           "coalesce(prior_destroyed_at, ?3) ELSE prior_destroyed_at END WHERE tenant_id = ?1",
           from, into, now);
    change(transaction,
           "UPDATE syncs SET tenant_id = ?2, generation = generation + ?4, phase = CASE WHEN finished_at IS NULL THEN "
           "'abandoned' ELSE phase END, finished_at = coalesce(finished_at, ?3) WHERE tenant_id = ?1",
           from, into, now,
           count(transaction, "SELECT coalesce(max(generation), 0) FROM syncs WHERE tenant_id = ?", into));
    change(transaction, "UPDATE audit_elsewhere SET tenant_id = ?2, position = position + ?3 WHERE tenant_id = ?1",
           from, into,
           count(transaction, "SELECT coalesce(max(position), 0) FROM audit_elsewhere WHERE tenant_id = ?", into));
    change(transaction, "DELETE FROM merges WHERE from_tenant_id = ? AND state = 'rolled_back'", from);
    change(transaction, "UPDATE merges SET into_tenant_id = ?2 WHERE into_tenant_id = ?1", from, into);
    change(transaction,
           "UPDATE merges SET state = 'merged', from_tenant_id = NULL, finished_at = ?2, "
           "audit_seq = (SELECT coalesce(max(seq), 0) FROM audit) WHERE id = ?1",
           merge.id, now);
    change(transaction, "DELETE FROM tenants WHERE id = ?", from);
}

}  // namespace rekey::store
