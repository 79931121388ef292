#pragma once

namespace rekey::store {

/// Schema step 2: tenants with their credentials and records. A released step never changes.
extern const char tenant_tables[];

}  // namespace rekey::store
