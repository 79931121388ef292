#pragma once

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// As the columns `rules` of units and slots have them. Throws Code::corrupt.
OwnRules own_rules_from(const std::string& column);
std::string to_column(const OwnRules& rules);

}  // namespace rekey::store
