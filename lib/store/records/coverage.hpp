#pragma once

#include <vector>

#include "rekey/store/records.hpp"
#include "store/records/put_counts.hpp"

namespace rekey::store {

/// As `put_devices` (store/records/devices.hpp), of coverage.
PutCounts put_coverage(Transaction& transaction, Id tenant_id, const std::vector<Coverage>& coverage);

}  // namespace rekey::store
