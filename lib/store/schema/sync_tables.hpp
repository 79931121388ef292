#pragma once

namespace rekey::store {

/// Schema step 3: syncs of tenants with their providers. A released step never changes.
extern const char sync_tables[];

}  // namespace rekey::store
