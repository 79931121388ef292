#pragma once

#include <string>
#include <vector>

#include "rekey/home/home.hpp"
#include "rekey/store/tenants.hpp"

/// What whoever looks after a home asks of its credentials.
namespace rekey::tenants {

/// Credentials whose keys `key` sealed, by its id, and does not open: damaged ones.
std::vector<std::string> damaged_keys(store::Reader& store, const crypto::SealKey& key);

/// Whether `finish_destroying` has something to do.
bool is_destroying(store::Reader& store);

}  // namespace rekey::tenants
