#pragma once

#include <string>
#include <vector>

#include "rekey/home/home.hpp"

namespace rekey {

/// Something about a home that is not as it should be, and what to do.
struct HomeFinding {
    std::string about;  ///< `permissions`, `store`, `seal`, `audit`, `clock`, `runs`
    std::string what;
    std::string remedy;
};

/// Looks at permissions, the store's integrity, the seal key, the audit chain, the clock, and dead
/// runs; changes nothing.
REKEY_EXPORT std::vector<HomeFinding> examine(Home& home, Time now);

}  // namespace rekey
