#pragma once

#include <string>
#include <vector>

#include "rekey/store/fleet.hpp"

namespace rekey::units {

/// As `get_unit`, for one of `names` as they were typed: where no unit has the name, and another of them is a unit with
/// a slot so called, the hint is that slot. `pump-1 online` are two units; `pump-1/online` is a slot.
store::Unit get_unit_among(store::Reader& store, const std::string& name, const std::vector<std::string>& names);

}  // namespace rekey::units
