#pragma once

#include <memory>
#include <string>

#include "rekey/units/units.hpp"
#include "units/driver/driver.hpp"

namespace rekey::units {

/// Reaches the unit at `address`. Throws Code::usage for an address that no driver understands,
/// Code::unreachable when it is not there.
std::unique_ptr<Driver> connect(const std::string& address, const Reaching& reaching = {});

/// The address in the form that is kept: `dir:` made absolute, `ssh:` checked, any other as it is.
/// Throws Code::usage.
std::string normalised_address(const std::string& address);

}  // namespace rekey::units
