#pragma once

namespace rekey::store {

/// Schema step 5: tenants that come from elsewhere, and tenants that become one. A released step never
/// changes.
extern const char moving_tables[];

}  // namespace rekey::store
