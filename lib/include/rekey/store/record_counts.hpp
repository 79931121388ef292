#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/store/devices_and_coverage.hpp"
#include "rekey/store/tenants.hpp"

namespace rekey::store {

/// What became of records that were put.
struct Told {
    std::int64_t first = 0;  ///< that this sync had not been told of before
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t returned = 0;  ///< that were inactive
    std::int64_t released = 0;  ///< that were active, and are not any more
};

/// Inserts or updates, in batches: nothing is ever deleted. Large imports commit every ten thousand records or so
/// (smaller batches cost more where ids are in no order). Attributes that a record no longer has are kept only in it
/// when `attributes` says so: the newest record wins whole, which is the one that is put last. What it replaces goes to
/// the history. A record that says the same again changes only when it was seen, and whether it is inactive (`Role`).
///
/// The coverage of a device whose content changes, or that is active again, is to be asked for again.
REKEY_EXPORT Told put_devices(Transaction& transaction, Id tenant_id, const std::vector<Device>& devices);
REKEY_EXPORT Told put_coverage(Transaction& transaction, Id tenant_id, const std::vector<Coverage>& coverage);

REKEY_EXPORT std::optional<Device> find_device(Reader& store, Id tenant_id, const std::string& id);
REKEY_EXPORT std::optional<Coverage> find_coverage(Reader& store, Id tenant_id, const std::string& device_id,
                                                   const std::string& id);

/// Whether coverage renews itself at its end, as its attributes say: the provider's `isRenewable`, and neither
/// `isCanceled` nor a date of that.
REKEY_EXPORT bool renews(const Coverage& coverage);

/// What covers a device, of all that is recorded: what is in force and ends last; else what was last in force.
struct Cover {
    bool in_force = false;
    bool renews = false;  ///< by itself, at its end
    std::string status;   ///< `ACTIVE`, `INACTIVE`, as the provider has it
    std::optional<Time> ends;
};
/// Nothing when no coverage is recorded.
REKEY_EXPORT std::optional<Cover> cover_of(Reader& store, Id tenant_id, const std::string& device_id, Time now);

struct RecordCounts {
    std::int64_t devices = 0;
    std::int64_t inactive = 0;
    std::int64_t coverage = 0;
};
/// O(1): kept with the tenant by triggers or counters, not counted.
REKEY_EXPORT RecordCounts count_records(Reader& store, Id tenant_id);
/// Which organisation a tenant is, is said by its devices. Those that only a credential has told of that is not
/// confirmed (`Credential::confirmed`) do not count. At most `limit` ids, in order of id.
enum class Presence { active, inactive };
REKEY_EXPORT std::vector<std::string> some_device_ids(Reader& store, Id tenant_id, Presence presence, int limit);
/// Which of `ids` are among these.
REKEY_EXPORT std::vector<std::string> known_device_ids(Reader& store, Id tenant_id, Presence presence,
                                                       const std::vector<std::string>& ids);
/// In order of id; streams.
REKEY_EXPORT void each_device(Reader& store, Id tenant_id, const std::function<void(const Device&)>& visit);
/// In order of device and id; streams.
REKEY_EXPORT void each_coverage(Reader& store, Id tenant_id, const std::function<void(const Coverage&)>& visit);

/// What records were before their content changed, with the time when that was told last: in order of
/// the records, of each the oldest first; streams.
REKEY_EXPORT void each_earlier_device(Reader& store, Id tenant_id, const std::function<void(const Device&)>& visit);
REKEY_EXPORT void each_earlier_coverage(Reader& store, Id tenant_id, const std::function<void(const Coverage&)>& visit);

}  // namespace rekey::store
