#include "store/records/arrivals.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "store/audit/audit_rows.hpp"
#include "store/records/archive_rows.hpp"
#include "store/sql/dialect.hpp"
#include "store/sql/enum_names.hpp"
#include "store/sql/field_list.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/tenants.hpp"

namespace rekey::store {

namespace {

void require_new(Reader& store, const std::string& uid, const std::string& name, Id but_for) {
    require_name(name, "tenant");
    Query same(store, "SELECT name FROM tenants WHERE uid = ? AND id <> ?", uid, but_for);
    if (same.next()) {
        auto known = same.text();
        throw Error(Code::refused, fmt::format("this tenant is here already, as {}", printable(known)),
                    fmt::format("what is here is never overwritten; if it is to go: rekey tenants remove {}",
                                printable(known)));
    }
    if (exists(store, "SELECT 1 FROM tenants WHERE name = ? AND id <> ?", name, but_for))
        throw Error(Code::refused, fmt::format("there is another tenant named {} already", name),
                    "what is here is never overwritten; import it into another home");
}

}  // namespace

void begin_arrival(Transaction& transaction, Tenant& tenant) {
    require_new(transaction, tenant.uid, tenant.name, 0);
    tenant.name = "." + to_hex(random_bytes(16));
    tenant.id = insert(transaction, "INSERT INTO tenants(uid, name, created_at, state) VALUES(?, ?, ?, 'arriving')",
                       tenant.uid, tenant.name, tenant.created_at);
}

void require_arriving(Transaction& transaction, const Tenant& tenant) {
    if (!exists(transaction, "SELECT 1 FROM tenants WHERE id = ? AND name = ? AND state = 'arriving'", tenant.id,
                tenant.name))
        throw Error(Code::busy, "another import of the same tenant took the place of this one",
                    "let that one end; then see: rekey tenants list");
}

bool clear_arrival(Transaction& transaction, const std::string& uid, int limit) {
    Query left(transaction, "SELECT id FROM tenants WHERE uid = ? AND state = 'arriving'", uid);
    if (!left.next()) return false;
    Id id = left.integer();
    // From now on the import that left it, should it live, finds it gone.
    change(transaction, "UPDATE tenants SET name = ? WHERE id = ?", "." + to_hex(random_bytes(16)), id);
    bool more = false;
    for (const char* table : {"coverage_history", "coverage", "device_history", "devices"})
        more = change(transaction,
                      fmt::format("DELETE FROM {0} WHERE {1} IN (SELECT {1} FROM {0} WHERE tenant_id = ? LIMIT ?)",
                                  table, transaction.backend().dialect().row_id()),
                      id, limit) == limit ||
               more;
    if (more) return true;
    remove_tenant(transaction, id);
    return false;
}

void finish_arrival(Transaction& transaction, Tenant& tenant, const std::string& name) {
    require_arriving(transaction, tenant);
    require_new(transaction, tenant.uid, name, tenant.id);
    change(transaction, "UPDATE tenants SET name = ?, state = 'present' WHERE id = ?", name, tenant.id);
    tenant.name = name;
}

void add_device_rows(Transaction& transaction, Id tenant_id, const std::vector<DeviceRow>& rows) {
    static const std::string columns = "tenant_id, " + column_list(device_fields);
    static const std::string add_present = insert_sql("devices", columns + ", " + column_list(device_sync_fields));
    static const std::string add_earlier = insert_sql("device_history", columns + ", position");
    WriteQuery present(transaction, add_present);
    WriteQuery earlier(transaction, add_earlier);
    std::int64_t devices = 0;
    std::int64_t inactive = 0;
    for (const auto& row : rows) {
        bool is_present = row.position == 0;
        WriteQuery& query = is_present ? present : earlier;
        query.again();
        query.bind(tenant_id);
        bind_fields(query, device_fields, row);
        if (is_present) {
            bind_fields(query, device_sync_fields, row);
            ++devices;
            if (row.inactive_since) ++inactive;
        } else {
            query.bind(row.position);
        }
        query.run();
    }
    change(transaction, "UPDATE tenants SET devices = devices + ?, inactive = inactive + ? WHERE id = ?", devices,
           inactive, tenant_id);
}

void add_coverage_rows(Transaction& transaction, Id tenant_id, const std::vector<CoverageRow>& rows) {
    static const std::string columns = "tenant_id, " + column_list(coverage_fields);
    static const std::string add_present = insert_sql("coverage", columns);
    static const std::string add_earlier = insert_sql("coverage_history", columns + ", position");
    WriteQuery present(transaction, add_present);
    WriteQuery earlier(transaction, add_earlier);
    std::int64_t added = 0;
    for (const auto& row : rows) {
        bool is_present = row.position == 0;
        WriteQuery& query = is_present ? present : earlier;
        query.again();
        query.bind(tenant_id);
        bind_fields(query, coverage_fields, row);
        if (is_present)
            ++added;
        else
            query.bind(row.position);
        query.run();
    }
    change(transaction, "UPDATE tenants SET coverage = coverage + ? WHERE id = ?", added, tenant_id);
}

void add_audit_elsewhere(Transaction& transaction, Id tenant_id, const std::vector<AuditEntry>& entries) {
    auto position =
        count(transaction, "SELECT coalesce(max(position), 0) FROM audit_elsewhere WHERE tenant_id = ?", tenant_id);
    static const std::string add = insert_sql("audit_elsewhere", "tenant_id, position, " + audit_columns());
    WriteQuery query(transaction, add);
    for (const auto& entry : entries) {
        query.again();
        query.bind(tenant_id);
        query.bind(++position);
        bind_fields(query, audit_fields, entry);
        query.run();
    }
}

}  // namespace rekey::store
