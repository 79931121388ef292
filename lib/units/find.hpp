#pragma once

#include <string>

#include "rekey/store/fleet.hpp"

namespace rekey::units {

/// Throws Code::not_found with the way to see which there are.
store::Unit get_unit(store::Store& store, const std::string& name);

}  // namespace rekey::units
