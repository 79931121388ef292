#pragma once

#include "rekey/store/seals.hpp"

namespace rekey::store {

/// Before a sealed value is stored, in the same transaction.
void require_current_seal(Transaction& transaction, ByteView sealed);

}  // namespace rekey::store
