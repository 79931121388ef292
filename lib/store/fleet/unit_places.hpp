#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Where a unit is, as it is recorded.
struct UnitPlace {
    std::string unit;
    std::string address;
};

/// Units whose places have to be compared to find those that share one: those with an address of `scheme` (`dir`), and
/// those whose address another unit has, or had (schema/023_shared_addresses.sql). In order of name, never removed
/// ones; by indexes, so that the other units cost nothing.
void each_place_to_compare(Reader& store, std::string_view scheme, const std::function<void(const UnitPlace&)>& visit);

/// The first in order of name that is recorded at exactly this address, but for the unit of that name.
std::optional<std::string> other_unit_at(Reader& store, const UnitPlace& place);

}  // namespace rekey::store
