#pragma once

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Its revocation, if there is one, says whether one of its records is in use, or was when its unit was removed.
void mark_revocation(Transaction& transaction, Id certificate_id);

}  // namespace rekey::store
