#pragma once

#include <cstddef>

#include "units/driver/driver.hpp"

namespace rekey::units {

/// What a unit shows of all its slots, counted slot by slot.
class ListingSize {
public:
    void add(const Holding& holding);
    /// Whether it is within `limits::listing`.
    bool fits() const;

private:
    std::size_t size_ = 0;  ///< in memory, more or less
};

}  // namespace rekey::units
