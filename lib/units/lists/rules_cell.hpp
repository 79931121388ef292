#pragma once

#include <string>
#include <string_view>

#include "rekey/units/units.hpp"

namespace rekey::units {

/// Reads what `unit_rules_cell` writes into `unit`, whose slots are known; `node`: of the slots that name none. Throws
/// Code::usage for what is no rule, and for a slot that the unit does not have.
void parse_rules_cell(std::string_view cell, const std::string& node, ListedUnit& unit);

}  // namespace rekey::units
