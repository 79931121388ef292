#include "rekey/store/tenants.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/tenants.hpp"

namespace rekey::store {

namespace {

/// What arrives is not seen.
std::string select_tenants(std::string_view condition) {
    return fmt::format("SELECT id, uid, name, created_at FROM tenants WHERE state <> 'arriving' {}", condition);
}

Tenant read_tenant(Query& row) {
    Tenant tenant;
    tenant.id = row.integer();
    tenant.uid = row.text();
    tenant.name = row.text();
    tenant.created_at = row.time();
    return tenant;
}

}  // namespace

std::string tenant_text(Reader& store, Id tenant_id) {
    Query query(store, "SELECT name FROM tenants WHERE id = ?", tenant_id);
    if (!query.next()) throw Error(Code::not_found, fmt::format("there is no tenant with id {}", tenant_id));
    return query.text();
}

void add_tenant(Transaction& transaction, Tenant& tenant) {
    require_name(tenant.name, "tenant");
    if (exists(transaction, "SELECT 1 FROM tenants WHERE name = ?", tenant.name))
        throw Error(Code::refused, fmt::format("there is a tenant named {} already", tenant.name),
                    "choose another name");
    tenant.id = insert(transaction, "INSERT INTO tenants(uid, name, created_at) VALUES(?, ?, ?)", tenant.uid,
                       tenant.name, tenant.created_at);
}

std::optional<Tenant> find_tenant(Reader& store, const std::string& name) {
    Query query(store, select_tenants("AND name = ?"), name);
    if (!query.next()) return std::nullopt;
    return read_tenant(query);
}

std::vector<Tenant> tenants(Reader& store) {
    Query query(store, select_tenants("ORDER BY name"));
    std::vector<Tenant> found;
    while (query.next()) found.push_back(read_tenant(query));
    return found;
}

void remove_tenant(Transaction& transaction, Id tenant_id) {
    tenant_text(transaction, tenant_id);  // there must be such a tenant
    destroy_keys_of(transaction, tenant_id);
    // What refers goes before what it refers to.
    for (const char* sql : {
             "DELETE FROM merges WHERE into_tenant_id = ?1 OR from_tenant_id = ?1",
             "DELETE FROM audit_elsewhere WHERE tenant_id = ?",
             "DELETE FROM syncs WHERE tenant_id = ?",
             "DELETE FROM payload_entries WHERE tenant_id = ?",
             "DELETE FROM rotations WHERE tenant_id = ?",
             "DELETE FROM credentials WHERE tenant_id = ?",
             "DELETE FROM coverage_history WHERE tenant_id = ?",
             "DELETE FROM coverage WHERE tenant_id = ?",
             "DELETE FROM device_history WHERE tenant_id = ?",
             "DELETE FROM devices WHERE tenant_id = ?",
             "DELETE FROM tenants WHERE id = ?",
         })
        change(transaction, sql, tenant_id);
}

}  // namespace rekey::store
