#include "store/records/record_counts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "rekey/store/records.hpp"
#include "store/records/record_rows.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

RecordCounts count_records(Reader& store, Id tenant_id) {
    Query query(store, "SELECT devices, inactive, coverage FROM tenants WHERE id = ?", tenant_id);
    if (!query.next()) throw Error(Code::not_found, fmt::format("there is no tenant with id {}", tenant_id));
    RecordCounts counts;
    counts.devices = query.integer();
    counts.inactive = query.integer();
    counts.coverage = query.integer();
    return counts;
}

namespace {

std::string_view condition_of(Presence presence) {
    return presence == Presence::active ? "inactive_since IS NULL" : "inactive_since IS NOT NULL";
}

constexpr std::string_view is_proven = REKEY_DEVICE_IS_PROVEN;

}  // namespace

std::vector<std::string> some_device_ids(Reader& store, Id tenant_id, Presence presence, int limit) {
    RecordCounts counts = count_records(store, tenant_id);
    // Not to be looked for among a million that are otherwise.
    auto there = presence == Presence::active ? counts.devices - counts.inactive : counts.inactive;
    if (there == 0) return {};
    Query query(store,
                fmt::format("SELECT id FROM devices WHERE tenant_id = ? AND {} AND {} ORDER BY id LIMIT ?",
                            condition_of(presence), is_proven),
                tenant_id, std::max(limit, 0));
    std::vector<std::string> ids;
    while (query.next()) ids.push_back(query.text());
    return ids;
}

std::vector<std::string> known_device_ids(Reader& store, Id tenant_id, Presence presence,
                                          const std::vector<std::string>& ids) {
    auto sql = fmt::format("SELECT 1 FROM devices WHERE tenant_id = ? AND id = ? AND {} AND {}", condition_of(presence),
                           is_proven);
    std::vector<std::string> known;
    for (const std::string& id : ids)
        if (exists(store, sql, tenant_id, id)) known.push_back(id);
    return known;
}

}  // namespace rekey::store
