#include "tenants/records/device_names.hpp"

#include <fmt/format.h>

#include <tuple>
#include <utility>
#include <vector>

#include "base/text/blanks.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/records.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/records/merged_records.hpp"

namespace rekey::tenants {

namespace {

// Their names, 256 bytes each at most, fit an audit entry.
constexpr std::size_t renamed_at_once = 100;

using Names = std::vector<std::pair<std::string, std::string>>;

/// Id and name of devices that have the wrong one; at most `limit` of them are kept, and all are counted.
std::int64_t find(store::Reader& store, const store::Tenant& tenant, std::size_t limit, Names& names) {
    // Where the provider's own ids are no serial numbers, nobody knows from a serial number what the id is.
    bool others = store::tells_other_ids(store, tenant.id);
    std::int64_t count = 0;
    auto take = [&](const std::string& id, std::string name) {
        ++count;
        if (names.size() < limit) names.emplace_back(id, std::move(name));
    };
    auto is_there = [&](const std::string& name) { return store::find_device(store, tenant.id, name).has_value(); };
    store::each_unseen_device(store, tenant.id, [&](const std::string& id, const std::string& serial) {
        auto name = plain_serial(serial.empty() ? id : serial);
        if (name.empty() || name == id || (others && !is_there(name))) return;
        take(id, std::move(name));
    });
    // A list of coverage may have had other blanks or letters than the list of its devices.
    store::each_coverage_without_device(store, tenant.id, [&](const std::string& id) {
        auto name = plain_serial(id);
        if (name != id && is_there(name)) take(id, std::move(name));
    });
    return count;
}

}  // namespace

MisnamedDevices misnamed_devices(store::Reader& store, const store::Tenant& tenant) {
    store::Snapshot snapshot(store);
    Names names;
    MisnamedDevices found;
    found.count = find(store, tenant, 1, names);
    if (!names.empty()) std::tie(found.example, found.name) = names.front();
    return found;
}

std::int64_t rename_devices(Home& home, const store::Tenant& tenant, const Stamp& stamp) {
    auto& store = home.store();
    std::int64_t renamed = 0;
    for (;;) {
        store::Transaction transaction(store);
        Names names;
        find(store, tenant, renamed_at_once, names);
        if (names.empty()) return renamed;
        store::AuditDetail devices;
        for (const auto& [id, name] : names) {
            store::rename_device(transaction, tenant.id, id, name);
            devices.set(id, name);
        }
        store::audit(transaction, stamp, "tenant.devices.rename", tenant.name, {{"devices", devices}});
        transaction.commit();
        renamed += static_cast<std::int64_t>(names.size());
    }
}

}  // namespace rekey::tenants
