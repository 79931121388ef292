#include <fmt/format.h>

#include "rekey/store/syncs.hpp"
#include "store/records/record_rows.hpp"
#include "store/records/upsert_batch.hpp"
#include "store/tenants/tenant_rows.hpp"

namespace rekey::store {

namespace {

constexpr RecordSql device_sql = {
    "INSERT INTO devices(tenant_id, id, serial, model, family, status, attributes, inactive_since, first_seen, "
    "last_seen, told_by, unproven_by) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
    "ON CONFLICT(tenant_id, id) DO NOTHING",
    "SELECT serial = ?3 AND model = ?4 AND family = ?5 AND status = ?6 AND attributes = ?7, "
    "inactive_since IS ?8 AND first_seen <= ?9 AND last_seen >= ?10 AND told_by >= ?11 "
    "AND unproven_by IN (0, ?12), inactive_since IS NOT NULL, "
    "told_by = ?11 "
    "FROM devices WHERE tenant_id = ?1 AND id = ?2",
    "UPDATE devices SET covered_by = iif(inactive_since IS NOT NULL AND ?8 IS NULL, 0, covered_by), "
    "inactive_since = ?8, first_seen = min(first_seen, ?9), last_seen = max(last_seen, ?10), "
    "told_by = max(told_by, ?11), unproven_by = CASE WHEN " REKEY_DEVICE_IS_PROVEN
    " THEN 0 ELSE ?12 END "
    "WHERE tenant_id = ?1 AND id = ?2",
    "INSERT INTO device_history(tenant_id, id, position, serial, model, family, status, attributes, inactive_since, "
    "first_seen, last_seen) SELECT tenant_id, id, "
    "(SELECT coalesce(max(h.position), 0) + 1 FROM device_history h WHERE h.tenant_id = d.tenant_id AND h.id = d.id), "
    "serial, model, family, status, attributes, inactive_since, first_seen, last_seen "
    "FROM devices d WHERE d.tenant_id = ?1 AND d.id = ?2",
    // Where a device is related to other things now, its coverage is what it was.
    "UPDATE devices SET covered_by = iif(serial = ?3 AND model = ?4 AND family = ?5 AND status = ?6 "
    "AND (inactive_since IS NULL OR ?8 IS NOT NULL) AND json_valid(attributes) AND json_valid(?7) "
    "AND json_remove(attributes, '$.relationships') IS json_remove(?7, '$.relationships'), covered_by, 0), "
    "serial = ?3, model = ?4, family = ?5, status = ?6, attributes = ?7, inactive_since = ?8, "
    "first_seen = min(first_seen, ?9), last_seen = max(last_seen, ?10), told_by = max(told_by, ?11), "
    "unproven_by = CASE WHEN " REKEY_DEVICE_IS_PROVEN
    " THEN 0 ELSE ?12 END "
    "WHERE tenant_id = ?1 AND id = ?2",
};

std::string select_devices(std::string_view table, std::string_view order) {
    return fmt::format("SELECT {} FROM {} d WHERE tenant_id = ? ORDER BY {}", device_columns, table, order);
}

/// The active credential as long as the rotation to it is not over, with the prior key gone: what is told of now may
/// be another organisation's. 0: there is none.
Id unproven_credential(Reader& store, Id tenant_id) {
    return count(store,
                 "SELECT coalesce(max(c.id), 0) FROM credentials c JOIN rotations r ON r.new_credential_id = c.id "
                 "WHERE c.tenant_id = ? AND c.state = 'active' AND (r.state = 'cut_over' OR (r.state = 'confirmed' "
                 "AND r.prior_destroyed_at IS NULL))",
                 tenant_id);
}

/// With generation 0: told by no sync.
Told put(Transaction& transaction, Id tenant_id, std::int64_t generation, const std::vector<Device>& devices) {
    tenant_text(transaction, tenant_id);  // there must be such a tenant
    RecordBatch batch(transaction, device_sql);
    auto unproven_by = unproven_credential(transaction, tenant_id);
    Told told;
    std::int64_t more_inactive = 0;
    auto by_id = [](const Device& a, const Device& b) { return a.id < b.id; };
    for (const Device* device : in_key_order(devices, by_id)) {
        auto bind_key = [&](Query& query) {
            query.bind(tenant_id);
            query.lend(device->id);
        };
        auto bind_all = [&](Query& query) {
            bind_key(query);
            query.lend(device->serial);
            query.lend(device->model);
            query.lend(device->family);
            query.lend(device->status);
            query.lend(device->attributes);
            query.bind(device->inactive_since);
            query.bind(device->first_seen);
            query.bind(device->last_seen);
            query.bind(generation);
            query.bind(unproven_by);
        };
        auto was = batch.put(bind_key, bind_all);
        if (was.absent) ++told.added;
        if (was.absent || !was.told) ++told.first;
        if (!was.absent && !was.same_content) ++told.changed;
        if (was.inactive && !device->inactive_since) ++told.returned;
        if (!was.absent && !was.inactive && device->inactive_since) ++told.released;
        if (device->inactive_since) ++more_inactive;
        if (was.inactive) --more_inactive;
    }
    change(transaction, "UPDATE tenants SET devices = devices + ?, inactive = inactive + ? WHERE id = ?", told.added,
           more_inactive, tenant_id);
    return told;
}

}  // namespace

void read_device(Query& row, Device& device) {
    device.id = row.text();
    device.serial = row.text();
    device.model = row.text();
    device.family = row.text();
    device.status = row.text();
    device.attributes = row.text();
    device.inactive_since = row.optional_time();
    device.first_seen = row.time();
    device.last_seen = row.time();
}

void visit_devices(Query& row, const std::function<void(const Device&)>& visit) {
    Device device;
    while (row.next()) {
        read_device(row, device);
        visit(device);
    }
}

Told put_devices(Transaction& transaction, Id tenant_id, const std::vector<Device>& devices) {
    return put(transaction, tenant_id, 0, devices);
}

std::optional<Device> find_device(Reader& store, Id tenant_id, const std::string& id) {
    Query query(store, fmt::format("SELECT {} FROM devices d WHERE d.tenant_id = ? AND d.id = ?", device_columns),
                tenant_id, id);
    if (!query.next()) return std::nullopt;
    Device device;
    read_device(query, device);
    return device;
}

Told upsert_seen(Transaction& transaction, Id tenant_id, std::int64_t generation, const std::vector<Device>& devices) {
    return put(transaction, tenant_id, generation, devices);
}

void each_device(Reader& store, Id tenant_id, const std::function<void(const Device&)>& visit) {
    Query query(store, select_devices("devices", "id"), tenant_id);
    visit_devices(query, visit);
}

void each_earlier_device(Reader& store, Id tenant_id, const std::function<void(const Device&)>& visit) {
    Query query(store, select_devices("device_history", "id, position"), tenant_id);
    visit_devices(query, visit);
}

}  // namespace rekey::store
