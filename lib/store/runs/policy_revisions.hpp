#pragma once

#include <cstdint>
#include <string>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Puts a document in force, as the revision after the newest; returns that number.
std::int64_t add_policy_revision(Transaction& transaction, const std::string& document, const Stamp& stamp,
                                 const std::string& comment);

}  // namespace rekey::store
