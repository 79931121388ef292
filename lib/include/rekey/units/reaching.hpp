#pragma once

#include <chrono>
#include <cstddef>

namespace rekey::units {

/// How units are reached.
struct Reaching {
    /// For each answer of a unit's helper; after it, the unit is taken for offline.
    std::chrono::milliseconds deadline = std::chrono::seconds{30};
    /// Of many units, so many are asked at the same time.
    std::size_t at_a_time = 32;
};

}  // namespace rekey::units
