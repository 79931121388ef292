#include "store/records/devices.hpp"

#include <fmt/format.h>

#include "rekey/store/records.hpp"
#include "store/records/put_counts.hpp"
#include "store/records/record_rows.hpp"
#include "store/records/upsert_batch.hpp"
#include "store/sql/dialect.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/tenants.hpp"

namespace rekey::store {

namespace {

// Where a device is related to other things now, its coverage is what it was.
std::string covered_when_replaced(const Dialect& dialect) {
    return fmt::format(
        "covered_by = CASE WHEN {{same}} AND (inactive_since IS NULL OR {{inactive_since}} IS NOT NULL) AND {} AND {} "
        "AND {} IS NOT DISTINCT FROM {} THEN covered_by ELSE 0 END",
        dialect.is_json("attributes"), dialect.is_json("{attributes}"),
        dialect.json_without("attributes", "relationships"), dialect.json_without("{attributes}", "relationships"));
}

UpsertSql device_sql(const Dialect& dialect) {
    auto covered = covered_when_replaced(dialect);
    return upsert_sql({
        .name = "devices",
        .history = "device_history",
        .columns = columns_of(device_fields),
        .beside = {{"seen_in_sync", "seen_in_sync >= {seen_in_sync}",
                    "CASE WHEN {seen_in_sync} > seen_in_sync THEN {seen_in_sync} ELSE seen_in_sync END"},
                   {"unproven_by", "unproven_by IN (0, {unproven_by})",
                    "CASE WHEN " REKEY_DEVICE_IS_PROVEN " THEN 0 ELSE {unproven_by} END"}},
        .was_inactive = "inactive_since IS NOT NULL",
        .was_seen = "seen_in_sync = {seen_in_sync}",
        .touch_also =
            "covered_by = CASE WHEN inactive_since IS NOT NULL AND {inactive_since} IS NULL THEN 0 ELSE covered_by END",
        .replace_also = covered,
    });
}

std::string select_devices(std::string_view table, std::string_view order) {
    return fmt::format("SELECT {} FROM {} d WHERE tenant_id = ? ORDER BY {}", device_columns(), table, order);
}

/// The active credential as long as the rotation to it is not over, with the prior key gone: what it returns now may
/// be another organisation's. 0: there is none.
Id unproven_credential(Reader& store, Id tenant_id) {
    return count(store,
                 "SELECT coalesce(max(c.id), 0) FROM credentials c JOIN rotations r ON r.new_credential_id = c.id "
                 "WHERE c.tenant_id = ? AND c.state = 'active' AND (r.state = 'cut_over' OR (r.state = 'confirmed' "
                 "AND r.prior_destroyed_at IS NULL))",
                 tenant_id);
}

/// With generation 0: seen by no sync.
PutCounts put(Transaction& transaction, Id tenant_id, std::int64_t generation, const std::vector<Device>& devices) {
    tenant_text(transaction, tenant_id);  // there must be such a tenant
    RecordBatch batch(transaction, device_sql(transaction.backend().dialect()));
    auto unproven_by = unproven_credential(transaction, tenant_id);
    PutCounts counts;
    std::int64_t more_inactive = 0;
    auto by_id = [](const Device& a, const Device& b) { return a.id < b.id; };
    for (const Device* device : in_key_order(devices, by_id)) {
        auto bind_key = [&](Query& query) {
            query.bind(tenant_id);
            bind_keys(query, device_fields, *device);
        };
        auto bind_all = [&](Query& query) {
            query.bind(tenant_id);
            bind_fields(query, device_fields, *device);
            query.bind(generation);
            query.bind(unproven_by);
        };
        auto was = batch.put(bind_key, bind_all);
        // As it was, and not seen for the first time: there is nothing to count.
        if (was.same) continue;
        if (was.absent) ++counts.added;
        if (was.absent || !was.seen) ++counts.first;
        if (!was.absent && !was.same_content) ++counts.changed;
        if (was.inactive && !device->inactive_since) ++counts.returned;
        if (!was.absent && !was.inactive && device->inactive_since) ++counts.released;
        if (device->inactive_since) ++more_inactive;
        if (was.inactive) --more_inactive;
    }
    change(transaction, "UPDATE tenants SET devices = devices + ?, inactive = inactive + ? WHERE id = ?", counts.added,
           more_inactive, tenant_id);
    return counts;
}

}  // namespace

PutCounts put_devices(Transaction& transaction, Id tenant_id, const std::vector<Device>& devices) {
    return put(transaction, tenant_id, 0, devices);
}

std::optional<Device> find_device(Reader& store, Id tenant_id, const std::string& id) {
    Query query(store, fmt::format("SELECT {} FROM devices d WHERE d.tenant_id = ? AND d.id = ?", device_columns()),
                tenant_id, id);
    if (!query.next()) return std::nullopt;
    Device device;
    read_fields(query, device_fields, device);
    return device;
}

PutCounts upsert_seen(Transaction& transaction, Id tenant_id, std::int64_t generation,
                      const std::vector<Device>& devices) {
    return put(transaction, tenant_id, generation, devices);
}

void each_device(Reader& store, Id tenant_id, const std::function<void(const Device&)>& visit) {
    Query query(store, select_devices("devices", "id"), tenant_id);
    visit_records(query, visit);
}

void each_earlier_device(Reader& store, Id tenant_id, const std::function<void(const Device&)>& visit) {
    Query query(store, select_devices("device_history", "id, position"), tenant_id);
    visit_records(query, visit);
}

}  // namespace rekey::store
