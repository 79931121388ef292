#pragma once

#include <functional>
#include <string>

#include "rekey/store/tenants.hpp"

namespace rekey::store {

/// Devices that no sync saw, with their id and serial number: only files have named these. In order of id;
/// streams.
void each_unseen_device(Reader& store, Id tenant_id,
                        const std::function<void(const std::string& id, const std::string& serial)>& visit);
/// Device ids of coverage whose device is not recorded. In order; streams.
void each_coverage_without_device(Reader& store, Id tenant_id,
                                  const std::function<void(const std::string& device_id)>& visit);
/// Whether the provider returned a device whose id is not its serial number.
bool tells_other_ids(Reader& store, Id tenant_id);
/// What is recorded of device `from`, with its history and coverage, is of `into` from now on, which may be there
/// already: then what the provider returned stays as it is, and the rest becomes history, in order of time. `from` is
/// kept as the attribute `id` of these states. Where only coverage has that name, it is moved.
void rename_device(Transaction& transaction, Id tenant_id, const std::string& from, const std::string& into);

/// Moves the records of at most `limit` devices, with their history; how many devices. Where both have
/// one, the newer (last returned, or found gone) is what it is now, the older goes to the history, where
/// states of both are in order of time.
std::int64_t move_devices(Transaction& transaction, const Merge& merge, int limit);
/// The same for coverage records.
std::int64_t move_coverage(Transaction& transaction, const Merge& merge, int limit);

}  // namespace rekey::store
