#pragma once

#include <chrono>

namespace rekey::units {

/// How units are reached.
struct Reaching {
    /// For each answer of a unit's helper; after it, the unit is taken for offline.
    std::chrono::milliseconds deadline = std::chrono::seconds{30};
};

}  // namespace rekey::units
