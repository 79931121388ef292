#pragma once

#include <string>
#include <vector>

#include "rekey/home/home.hpp"
#include "rekey/store/tenants.hpp"

/// What whoever looks after a home asks of its credentials.
namespace rekey::tenants {

/// Credentials whose keys `key` sealed, by its id, and does not open: damaged ones.
std::vector<std::string> damaged_keys(store::Store& store, const crypto::SealKey& key);

/// Whether `finish_destroying` has something to do.
bool is_destroying(store::Store& store);

/// The part of `confirm_due` that needs nobody else: destroys the prior keys of confirmed rotations that were kept
/// long enough, and returns those rotations. `finish_destroying` comes after it.
std::vector<store::Rotation> destroy_due(Home& home, const Stamp& stamp);

}  // namespace rekey::tenants
