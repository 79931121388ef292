#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <tuple>

#include "base/text/letters.hpp"
#include "rekey/store/record_counts.hpp"
#include "store/records/record_rows.hpp"
#include "store/records/upsert_batch.hpp"
#include "store/tenants/tenant_rows.hpp"

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

Told put_coverage(Transaction& transaction, Id tenant_id, const std::vector<Coverage>& coverage) {
    tenant_text(transaction, tenant_id);  // there must be such a tenant
    RecordBatch batch(transaction, coverage_sql);
    Told told;
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
        auto was = batch.put(bind_key, bind_all);
        if (was.absent) ++told.added;
        if (!was.absent && !was.same_content) ++told.changed;
    }
    change(transaction, "UPDATE tenants SET coverage = coverage + ? WHERE id = ?", told.added, tenant_id);
    return told;
}

std::optional<Coverage> find_coverage(Reader& store, Id tenant_id, const std::string& device_id,
                                      const std::string& id) {
    Query query(store,
                fmt::format("SELECT {} FROM coverage c WHERE c.tenant_id = ? AND c.device_id = ? AND c.id = ?",
                            coverage_columns),
                tenant_id, device_id, id);
    if (!query.next()) return std::nullopt;
    Coverage coverage;
    read_coverage(query, coverage);
    return coverage;
}

bool renews(const Coverage& coverage) {
    if (coverage.attributes.find("isRenewable") == std::string::npos) return false;
    auto attributes = nlohmann::json::parse(coverage.attributes, nullptr, false);
    auto says_yes = [&](const char* name) {
        auto found = attributes.find(name);
        if (found == attributes.end()) return false;
        if (found->is_boolean()) return found->get<bool>();
        auto text = found->is_string() ? found->get<std::string>() : found->dump();
        text = lower_case(text);
        return text == "1" || text == "true" || text == "yes" || text == "y";
    };
    if (!attributes.is_object() || !says_yes("isRenewable") || says_yes("isCanceled")) return false;
    auto canceled = attributes.find("contractCancelDateTime");
    return canceled == attributes.end() || canceled->is_null() || *canceled == "";
}

std::optional<Cover> cover_of(Reader& store, Id tenant_id, const std::string& device_id, Time now) {
    // In force before all others; then what ends last, or never.
    Query query(store,
                fmt::format("SELECT {0}, {1}, c.status, c.ends FROM coverage c WHERE c.tenant_id = ?1 AND "
                            "c.device_id = ?2 ORDER BY 1 DESC, c.ends IS NULL DESC, c.ends DESC, 2 DESC LIMIT 1",
                            fmt::format(coverage_in_force, "?3"), coverage_renews),
                tenant_id, device_id, now);
    if (!query.next()) return std::nullopt;
    Cover cover;
    cover.in_force = query.flag();
    cover.renews = query.flag();
    cover.status = query.text();
    cover.ends = query.optional_time();
    return cover;
}

void each_coverage(Reader& store, Id tenant_id, const std::function<void(const Coverage&)>& visit) {
    Query query(store, select_coverage("coverage", "device_id, id"), tenant_id);
    visit_coverage(query, visit);
}

void each_earlier_coverage(Reader& store, Id tenant_id, const std::function<void(const Coverage&)>& visit) {
    Query query(store, select_coverage("coverage_history", "device_id, id, position"), tenant_id);
    visit_coverage(query, visit);
}

}  // namespace rekey::store
