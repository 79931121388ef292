#pragma once

#include <vector>

#include "units/survey/recorded_unit.hpp"
#include "units/survey/survey.hpp"

namespace rekey::units {

/// The slots in which the unit holds something else than what is recorded, in order. `strict` also tells what is not
/// recorded yet, or not confirmed yet.
std::vector<UnitFinding> differences(const RecordedUnit& recorded, const Inventory& answer, bool strict);

}  // namespace rekey::units
