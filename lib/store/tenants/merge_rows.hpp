#pragma once

#include "rekey/store/tenants.hpp"

namespace rekey::store {

/// Throws Code::busy when somebody else ended it.
void require_open(Transaction& transaction, const Merge& merge);

}  // namespace rekey::store
