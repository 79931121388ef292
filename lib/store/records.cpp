#include "rekey/store/records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/error.hpp"
#include "store/query.hpp"

namespace rekey::store {

RecordCounts count_records(Store& store, Id tenant_id) {
    Query query(store, "SELECT devices, inactive, coverage FROM tenants WHERE id = ?", tenant_id);
    if (!query.next()) throw Error(Code::not_found, fmt::format("there is no tenant with id {}", tenant_id));
    RecordCounts counts;
    counts.devices = query.integer();
    counts.inactive = query.integer();
    counts.coverage = query.integer();
    return counts;
}

std::vector<std::string> some_device_ids(Store& store, Id tenant_id, int limit) {
    RecordCounts counts = count_records(store, tenant_id);
    // Not to be looked for among a million that are inactive.
    if (counts.devices == counts.inactive) return {};
    Query query(store, "SELECT id FROM devices WHERE tenant_id = ? AND inactive_since IS NULL ORDER BY id LIMIT ?",
                tenant_id, std::max(limit, 0));
    std::vector<std::string> ids;
    while (query.next()) ids.push_back(query.text());
    return ids;
}

std::vector<std::string> known_device_ids(Store& store, Id tenant_id, const std::vector<std::string>& ids) {
    std::vector<std::string> known;
    for (const std::string& id : ids)
        if (exists(store, "SELECT 1 FROM devices WHERE tenant_id = ? AND id = ?", tenant_id, id)) known.push_back(id);
    return known;
}

}  // namespace rekey::store
