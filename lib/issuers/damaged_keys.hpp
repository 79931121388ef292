#pragma once

#include <string>
#include <vector>

#include "rekey/home/home.hpp"

/// What whoever looks after a home asks of its issuers.
namespace rekey::issuers {

/// Issuers whose keys `key` sealed, by its id, and does not open: damaged ones.
std::vector<std::string> damaged_keys(store::Reader& store, const crypto::SealKey& key);

}  // namespace rekey::issuers
