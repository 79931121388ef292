#pragma once

#include "rekey/store/merges.hpp"

namespace rekey::store {

/// In a transaction. Throws Code::busy when somebody else ended it.
void require_open(Store& store, const Merge& merge);

}  // namespace rekey::store
