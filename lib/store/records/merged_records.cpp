#include "store/records/merged_records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/text/blanks.hpp"
#include "rekey/store/tenants.hpp"
#include "store/records/archive_rows.hpp"
#include "store/records/arrivals.hpp"
#include "store/records/record_rows.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/merges.hpp"

namespace rekey::store {

namespace {

Time newest_word(const Device& device) { return std::max(device.last_seen, device.inactive_since.value_or(Time{})); }
Time newest_word(const Coverage& coverage) { return coverage.last_seen; }

template <class Record>
bool same_content(const Record& a, const Record& b) {
    bool same = true;
    each_field(fields_of(a), [&](auto field) {
        if constexpr (is_content(field.role)) same = same && a.*field.member == b.*field.member;
    });
    return same;
}

template <class Record>
void take_earliest(Record& later, const Record& earlier) {
    each_field(fields_of(later), [&](auto field) {
        if constexpr (field.role == Role::earliest)
            later.*field.member = std::min(later.*field.member, earlier.*field.member);
    });
}
template <class Record>
void take_latest(Record& one, const Record& other) {
    each_field(fields_of(one), [&](auto field) {
        if constexpr (field.role == Role::latest) one.*field.member = std::max(one.*field.member, other.*field.member);
    });
}

/// The states of one record in two tenants, oldest first, as one: in order of time, each side in its own
/// order, the same content said twice in a row once.
template <class Row>
std::vector<Row> interleaved(const std::vector<Row>& into, const std::vector<Row>& from) {
    std::vector<Row> all;
    std::merge(into.begin(), into.end(), from.begin(), from.end(), std::back_inserter(all),
               [](const Row& a, const Row& b) { return newest_word(a) < newest_word(b); });
    std::vector<Row> kept;
    for (auto& row : all) {
        if (!kept.empty() && same_content(kept.back(), row)) {
            take_earliest(row, kept.back());
            take_latest(row, kept.back());
            kept.pop_back();
        }
        kept.push_back(std::move(row));
    }
    std::int64_t position = 0;
    for (auto& row : kept) {
        row.position = ++position;
        take_earliest(kept.back(), row);
    }
    kept.back().position = 0;
    return kept;
}

/// Oldest first; the present one is the last.
std::vector<DeviceRow> device_states(Reader& store, Id tenant_id, const std::string& id) {
    std::vector<DeviceRow> states;
    for (auto rows : {Rows::earlier, Rows::present}) {
        Query query(store, select_device_rows(rows, " AND d.id = ?"), tenant_id, id);
        while (query.next()) read_device_row(query, states.emplace_back());
    }
    return states;
}

std::vector<CoverageRow> coverage_states(Reader& store, Id tenant_id, const std::string& device_id,
                                         const std::string& id) {
    std::vector<CoverageRow> states;
    for (auto rows : {Rows::earlier, Rows::present}) {
        Query query(store, select_coverage_rows(rows, " AND c.device_id = ? AND c.id = ?"), tenant_id, device_id, id);
        while (query.next()) read_coverage_row(query, states.emplace_back());
    }
    return states;
}

/// Out of one tenant, rows and counts.
void drop_device(Transaction& transaction, Id tenant_id, const std::string& id) {
    change(transaction, "DELETE FROM device_history WHERE tenant_id = ? AND id = ?", tenant_id, id);
    change(transaction,
           "UPDATE tenants SET devices = devices - 1, inactive = inactive - (SELECT inactive_since IS NOT NULL "
           "FROM devices WHERE tenant_id = ?1 AND id = ?2) WHERE id = ?1 "
           "AND EXISTS (SELECT 1 FROM devices WHERE tenant_id = ?1 AND id = ?2)",
           tenant_id, id);
    change(transaction, "DELETE FROM devices WHERE tenant_id = ? AND id = ?", tenant_id, id);
}

void drop_coverage(Transaction& transaction, Id tenant_id, const std::string& device_id, const std::string& id) {
    change(transaction, "DELETE FROM coverage_history WHERE tenant_id = ? AND device_id = ? AND id = ?", tenant_id,
           device_id, id);
    auto dropped = change(transaction, "DELETE FROM coverage WHERE tenant_id = ? AND device_id = ? AND id = ?",
                          tenant_id, device_id, id);
    change(transaction, "UPDATE tenants SET coverage = coverage - ? WHERE id = ?", dropped, tenant_id);
}

}  // namespace

std::int64_t move_devices(Transaction& transaction, const Merge& merge, int limit) {
    require_open(transaction, merge);
    std::vector<std::string> ids;
    {
        Query query(transaction, "SELECT id FROM devices WHERE tenant_id = ? ORDER BY id LIMIT ?", merge.from_tenant_id,
                    limit);
        while (query.next()) ids.push_back(query.text());
    }
    // What the other tenant brings speaks for this one once the rotation that carries the merge is over.
    Id newcomer = count(transaction, "SELECT new_credential_id FROM rotations WHERE id = ?", merge.rotation_id);
    for (const auto& id : ids) {
        auto into = device_states(transaction, merge.into_tenant_id, id);
        auto rows = interleaved(into, device_states(transaction, merge.from_tenant_id, id));
        // What one of the two tenants knows for its own is the tenant's.
        bool proven_here = !into.empty() && into.back().unproven_by == 0;
        rows.back().unproven_by = proven_here ? 0 : newcomer;
        // Generations are those of the tenant's own syncs.
        rows.back().seen_in_sync = into.empty() ? 0 : into.back().seen_in_sync;
        rows.back().covered_by = into.empty() ? 0 : into.back().covered_by;
        drop_device(transaction, merge.from_tenant_id, id);
        drop_device(transaction, merge.into_tenant_id, id);
        add_device_rows(transaction, merge.into_tenant_id, rows);
    }
    return static_cast<std::int64_t>(ids.size());
}

std::int64_t move_coverage(Transaction& transaction, const Merge& merge, int limit) {
    require_open(transaction, merge);
    std::vector<std::pair<std::string, std::string>> keys;
    {
        Query query(transaction,
                    "SELECT device_id, id FROM coverage WHERE tenant_id = ? ORDER BY device_id, id LIMIT ?",
                    merge.from_tenant_id, limit);
        while (query.next()) {
            auto device_id = query.text();
            keys.emplace_back(std::move(device_id), query.text());
        }
    }
    for (const auto& [device_id, id] : keys) {
        auto rows = interleaved(coverage_states(transaction, merge.into_tenant_id, device_id, id),
                                coverage_states(transaction, merge.from_tenant_id, device_id, id));
        drop_coverage(transaction, merge.from_tenant_id, device_id, id);
        drop_coverage(transaction, merge.into_tenant_id, device_id, id);
        add_coverage_rows(transaction, merge.into_tenant_id, rows);
    }
    return static_cast<std::int64_t>(keys.size());
}

void each_unseen_device(Reader& store, Id tenant_id,
                        const std::function<void(const std::string& id, const std::string& serial)>& visit) {
    Query query(store, "SELECT id, serial FROM devices WHERE tenant_id = ? AND seen_in_sync = 0 ORDER BY id",
                tenant_id);
    while (query.next()) {
        auto id = query.text();
        visit(id, query.text());
    }
}

void each_coverage_without_device(Reader& store, Id tenant_id, const std::function<void(const std::string&)>& visit) {
    Query query(store,
                "SELECT DISTINCT device_id FROM coverage c WHERE tenant_id = ? AND NOT EXISTS(SELECT 1 FROM devices d "
                "WHERE d.tenant_id = c.tenant_id AND d.id = c.device_id) ORDER BY device_id",
                tenant_id);
    while (query.next()) visit(query.text());
}

bool tells_other_ids(Reader& store, Id tenant_id) {
    return exists(store,
                  "SELECT 1 FROM devices WHERE tenant_id = ? AND seen_in_sync > 0 AND serial <> '' AND serial <> id",
                  tenant_id);
}

namespace {

void keep_id(DeviceRow& row, const std::string& id) {
    auto attributes = nlohmann::ordered_json::parse(row.attributes, nullptr, false);
    if (!attributes.is_object() || attributes.contains("id")) return;
    attributes["id"] = id;
    row.attributes = attributes.dump();
}

/// Under one of its names it was known before a credential that is not confirmed; or that one has returned both.
Id joined_proof(const DeviceRow& a, const DeviceRow& b) {
    if (a.unproven_by == 0 || b.unproven_by == 0) return 0;
    return std::max(a.unproven_by, b.unproven_by);
}

/// The states of a device that was known by two names, oldest first.
std::vector<DeviceRow> joined(std::vector<DeviceRow> there, std::vector<DeviceRow> moved) {
    if (there.empty()) return moved;
    auto present = there.back();
    auto unproven_by = joined_proof(present, moved.back());
    // The provider's word counts, whenever a file said something else.
    bool stays = present.seen_in_sync != 0 || newest_word(present) >= newest_word(moved.back());
    if (stays) there.pop_back();
    auto rows = interleaved(there, moved);
    if (stays) {
        take_earliest(present, rows.back());
        if (same_content(rows.back(), present)) rows.pop_back();
        rows.push_back(present);
        for (std::size_t i = 0; i + 1 < rows.size(); ++i) rows[i].position = static_cast<std::int64_t>(i) + 1;
    }
    rows.back().seen_in_sync = present.seen_in_sync;
    rows.back().covered_by = present.covered_by;
    rows.back().unproven_by = unproven_by;
    rows.back().position = 0;
    return rows;
}

void rename_coverage(Transaction& transaction, Id tenant_id, const std::string& from, const std::string& into) {
    std::vector<std::string> ids;
    {
        Query query(transaction, "SELECT id FROM coverage WHERE tenant_id = ? AND device_id = ?", tenant_id, from);
        while (query.next()) ids.push_back(query.text());
    }
    for (const auto& id : ids) {
        auto moved = coverage_states(transaction, tenant_id, from, id);
        for (auto& row : moved) row.device_id = into;
        auto rows = interleaved(coverage_states(transaction, tenant_id, into, id), moved);
        drop_coverage(transaction, tenant_id, from, id);
        drop_coverage(transaction, tenant_id, into, id);
        add_coverage_rows(transaction, tenant_id, rows);
    }
}

}  // namespace

void rename_device(Transaction& transaction, Id tenant_id, const std::string& from, const std::string& into) {
    if (from == into) return;
    rename_coverage(transaction, tenant_id, from, into);
    auto moved = device_states(transaction, tenant_id, from);
    if (moved.empty()) return;
    for (auto& row : moved) {
        row.id = into;
        if (!row.serial.empty()) row.serial = into;
        if (plain_serial(from) != into) keep_id(row, from);
    }
    auto rows = joined(device_states(transaction, tenant_id, into), std::move(moved));
    drop_device(transaction, tenant_id, from);
    drop_device(transaction, tenant_id, into);
    add_device_rows(transaction, tenant_id, rows);
}

}  // namespace rekey::store
