#pragma once

#include <string>

#include "rekey/units/units.hpp"
#include "units/helper/helper_process.hpp"

namespace rekey::units {

/// The helper of the unit at `address`, which is no `dir:` one. Throws Code::usage for an address that cannot
/// be, or has no helper.
Launch launch_for(const std::string& address, const Reaching& reaching);

}  // namespace rekey::units
