#pragma once

#include <string>

#include "rekey/base/base.hpp"

/// A driver, and the helper of a unit elsewhere, do not know what the home calls their unit: the commands in their
/// remedies say `rekey units set UNIT`. Here they get its name, so that they work as they are printed.
namespace rekey::units {

std::string with_unit_named(std::string remedy, const std::string& unit);
Error with_unit_named(const Error& error, const std::string& unit);

}  // namespace rekey::units
