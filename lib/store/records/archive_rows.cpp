
#include "store/records/archive_rows.hpp"

#include <fmt/format.h>

#include "store/audit/audit_rows.hpp"
#include "store/records/record_rows.hpp"
#include "store/sql/dialect.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/payload_entries.hpp"
#include "store/tenants/payload_entry_rows.hpp"

namespace rekey::store {

namespace {

/// Of the names that a tenant has, or had before it was merged into this one: while they were its own.
std::string select_own_audit(const Dialect& dialect) {
    return fmt::format(
        "WITH names(name, since, until) AS ("
        "SELECT n, (SELECT coalesce(max(seq), 0) FROM audit WHERE action = 'tenant.remove' AND subject = n), until "
        "FROM (SELECT name AS n, 9223372036854775807 AS until FROM tenants WHERE id = ?1 "
        "UNION ALL SELECT from_name, audit_seq FROM merges WHERE into_tenant_id = ?1 AND state = 'merged')) "
        "SELECT {} FROM audit a WHERE EXISTS (SELECT 1 FROM names "
        "WHERE a.seq > since AND a.seq <= until AND ((a.action LIKE 'tenant.%' AND a.subject = name) "
        "OR CASE WHEN {} THEN {} END = name)) ORDER BY seq",
        audit_columns(), dialect.is_json("a.detail"), dialect.json_member("a.detail", "tenant"));
}

}  // namespace

void each_device_row(Reader& store, Id tenant_id, Rows rows, const std::function<void(const DeviceRow&)>& visit) {
    Query query(store, select_device_rows(rows), tenant_id);
    DeviceRow row;
    while (query.next()) {
        read_device_row(query, row);
        visit(row);
    }
}

void each_coverage_row(Reader& store, Id tenant_id, Rows rows, const std::function<void(const CoverageRow&)>& visit) {
    Query query(store, select_coverage_rows(rows), tenant_id);
    CoverageRow row;
    while (query.next()) {
        read_coverage_row(query, row);
        visit(row);
    }
}

void each_accepted_entry(Reader& store, Id tenant_id, const std::function<void(const AcceptedEntry&)>& visit) {
    Query query(store,
                "SELECT entry_id, version, digest, credential_id, accepted_at FROM payload_entries "
                "WHERE tenant_id = ? ORDER BY entry_id",
                tenant_id);
    while (query.next()) visit(read_accepted_entry(query));
}

void each_audit_elsewhere(Reader& store, Id tenant_id, const std::function<void(const AuditEntry&)>& visit) {
    Query query(store,
                fmt::format("SELECT {} FROM audit_elsewhere WHERE tenant_id = ? ORDER BY position", audit_columns()),
                tenant_id);
    while (query.next()) visit(read_audit(query));
}

void each_audit_of(Reader& store, Id tenant_id, const std::function<void(const AuditEntry&)>& visit) {
    each_audit_elsewhere(store, tenant_id, visit);
    Query query(store, select_own_audit(store.backend().dialect()), tenant_id);
    while (query.next()) visit(read_audit(query));
}

}  // namespace rekey::store
