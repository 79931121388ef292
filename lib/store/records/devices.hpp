#pragma once

#include <cstdint>
#include <vector>

#include "rekey/store/records.hpp"
#include "store/records/put_counts.hpp"

namespace rekey::store {

/// Inserts or updates, in batches: nothing is ever deleted. Large imports commit every ten thousand records or so
/// (smaller batches cost more where ids are in no order). Attributes that a record no longer has are kept only in it
/// when `attributes` says so: the newest record wins whole, which is the one that is put last. What it replaces goes to
/// the history. A record that says the same again changes only when it was seen, and whether it is inactive (`Role`).
///
/// The coverage of a device whose content changes, or that is active again, is to be asked for again.
PutCounts put_devices(Transaction& transaction, Id tenant_id, const std::vector<Device>& devices);

/// As `put_devices`, and remembers that this sync saw them.
PutCounts upsert_seen(Transaction& transaction, Id tenant_id, std::int64_t generation,
                      const std::vector<Device>& devices);

}  // namespace rekey::store
