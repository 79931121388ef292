#pragma once

#include <cstdint>

#include "rekey/store/records.hpp"

namespace rekey::store {

/// What became of records that were put.
struct PutCounts {
    std::int64_t first = 0;  ///< that this sync had not seen before; without a sync it means nothing
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t returned = 0;  ///< that were inactive
    std::int64_t released = 0;  ///< that were active, and are not any more
};

}  // namespace rekey::store
