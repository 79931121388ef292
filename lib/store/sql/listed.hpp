#pragma once

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Revokes a certificate that has just come into the store, where a list of its issuer said so before.
void revoke_if_listed(Transaction& transaction, const Certificate& certificate);

}  // namespace rekey::store
