#pragma once

#include "units/conformance/conformance.hpp"

namespace rekey::units::conformance {

/// The rules about lines, versions and errors. Each speaks to a helper of its own.
void try_lines(const Trial& trial, const SlotPath& place, Judge& judge);

}  // namespace rekey::units::conformance
