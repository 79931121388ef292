#include "store/records/coverage.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <tuple>

#include "base/text/letters.hpp"
#include "rekey/store/records.hpp"
#include "store/records/coverage_conditions.hpp"
#include "store/records/put_counts.hpp"
#include "store/records/record_rows.hpp"
#include "store/records/upsert_batch.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/tenants.hpp"

namespace rekey::store {

namespace {

const UpsertSql& coverage_sql() {
    static const UpsertSql sql =
        upsert_sql({.name = "coverage", .history = "coverage_history", .columns = columns_of(coverage_fields)});
    return sql;
}

std::string select_coverage(std::string_view table, std::string_view order) {
    return fmt::format("SELECT {} FROM {} c WHERE tenant_id = ? ORDER BY {}", coverage_columns(), table, order);
}

}  // namespace

PutCounts put_coverage(Transaction& transaction, Id tenant_id, const std::vector<Coverage>& coverage) {
    tenant_text(transaction, tenant_id);  // there must be such a tenant
    RecordBatch batch(transaction, coverage_sql());
    PutCounts counts;
    auto by_key = [](const Coverage& a, const Coverage& b) {
        return std::tie(a.device_id, a.id) < std::tie(b.device_id, b.id);
    };
    for (const Coverage* record : in_key_order(coverage, by_key)) {
        auto bind_key = [&](Query& query) {
            query.bind(tenant_id);
            bind_keys(query, coverage_fields, *record);
        };
        auto bind_all = [&](Query& query) {
            query.bind(tenant_id);
            bind_fields(query, coverage_fields, *record);
        };
        auto was = batch.put(bind_key, bind_all);
        if (was.absent) ++counts.added;
        if (!was.absent && !was.same_content) ++counts.changed;
    }
    change(transaction, "UPDATE tenants SET coverage = coverage + ? WHERE id = ?", counts.added, tenant_id);
    return counts;
}

std::optional<Coverage> find_coverage(Reader& store, Id tenant_id, const std::string& device_id,
                                      const std::string& id) {
    Query query(store,
                fmt::format("SELECT {} FROM coverage c WHERE c.tenant_id = ? AND c.device_id = ? AND c.id = ?",
                            coverage_columns()),
                tenant_id, device_id, id);
    if (!query.next()) return std::nullopt;
    Coverage coverage;
    read_fields(query, coverage_fields, coverage);
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

void each_coverage(Reader& store, Id tenant_id, const std::function<void(const Coverage&)>& visit) {
    Query query(store, select_coverage("coverage", "device_id, id"), tenant_id);
    visit_records(query, visit);
}

void each_earlier_coverage(Reader& store, Id tenant_id, const std::function<void(const Coverage&)>& visit) {
    Query query(store, select_coverage("coverage_history", "device_id, id, position"), tenant_id);
    visit_records(query, visit);
}

}  // namespace rekey::store
