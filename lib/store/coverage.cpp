#include <fmt/format.h>

#include <tuple>

#include "rekey/store/records.hpp"
#include "store/record_batch.hpp"
#include "store/record_rows.hpp"
#include "store/tenant_rows.hpp"

namespace rekey::store {

namespace {

constexpr RecordSql coverage_sql = {
    "INSERT INTO coverage(tenant_id, device_id, id, status, description, starts, ends, attributes, last_seen) "
    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(tenant_id, device_id, id) DO NOTHING",
    "SELECT status = ?4 AND description = ?5 AND starts IS ?6 AND ends IS ?7 AND attributes = ?8, last_seen >= ?9, 0, "
    "0 "
    "FROM coverage WHERE tenant_id = ?1 AND device_id = ?2 AND id = ?3",
    "UPDATE coverage SET last_seen = max(last_seen, ?9) WHERE tenant_id = ?1 AND device_id = ?2 AND id = ?3",
    "INSERT INTO coverage_history(tenant_id, device_id, id, position, status, description, starts, ends, attributes, "
    "last_seen) SELECT tenant_id, device_id, id, "
    "(SELECT coalesce(max(h.position), 0) + 1 FROM coverage_history h "
    "WHERE h.tenant_id = c.tenant_id AND h.device_id = c.device_id AND h.id = c.id), "
    "status, description, starts, ends, attributes, last_seen "
    "FROM coverage c WHERE c.tenant_id = ?1 AND c.device_id = ?2 AND c.id = ?3",
    "UPDATE coverage SET status = ?4, description = ?5, starts = ?6, ends = ?7, attributes = ?8, "
    "last_seen = max(last_seen, ?9) WHERE tenant_id = ?1 AND device_id = ?2 AND id = ?3",
};

std::string select_coverage(std::string_view table, std::string_view order) {
    return fmt::format("SELECT {} FROM {} c WHERE tenant_id = ? ORDER BY {}", coverage_columns, table, order);
}

}  // namespace

void read_coverage(Query& row, Coverage& coverage) {
    coverage.device_id = row.text();
    coverage.id = row.text();
    coverage.status = row.text();
    coverage.description = row.text();
    coverage.starts = row.optional_time();
    coverage.ends = row.optional_time();
    coverage.attributes = row.text();
    coverage.last_seen = row.time();
}

void visit_coverage(Query& row, const std::function<void(const Coverage&)>& visit) {
    Coverage coverage;
    while (row.next()) {
        read_coverage(row, coverage);
        visit(coverage);
    }
}

void put_coverage(Store& store, Id tenant_id, const std::vector<Coverage>& coverage) {
    store.impl().require_transaction();
    tenant_text(store, tenant_id);  // there must be such a tenant
    RecordBatch batch(store, coverage_sql);
    std::int64_t added = 0;
    auto by_key = [](const Coverage& a, const Coverage& b) {
        return std::tie(a.device_id, a.id) < std::tie(b.device_id, b.id);
    };
    for (const Coverage* record : in_key_order(coverage, by_key)) {
        auto bind_key = [&](Query& query) {
            query.bind(tenant_id);
            query.lend(record->device_id);
            query.lend(record->id);
        };
        auto bind_all = [&](Query& query) {
            bind_key(query);
            query.lend(record->status);
            query.lend(record->description);
            query.bind(record->starts);
            query.bind(record->ends);
            query.lend(record->attributes);
            query.bind(record->last_seen);
        };
        if (batch.put(bind_key, bind_all).absent) ++added;
    }
    change(store, "UPDATE tenants SET coverage = coverage + ? WHERE id = ?", added, tenant_id);
}

void each_coverage(Store& store, Id tenant_id, const std::function<void(const Coverage&)>& visit) {
    Query query(store, select_coverage("coverage", "device_id, id"), tenant_id);
    visit_coverage(query, visit);
}

void each_earlier_coverage(Store& store, Id tenant_id, const std::function<void(const Coverage&)>& visit) {
    Query query(store, select_coverage("coverage_history", "device_id, id, position"), tenant_id);
    visit_coverage(query, visit);
}

}  // namespace rekey::store
