#pragma once

#include "rekey/store/fleet.hpp"
#include "store/sql/condition.hpp"

namespace rekey::store {

class Dialect;

/// On `units u`, `slots s` and `certificates c`: the certificate in use, or the one that is looked at.
Condition slot_condition(const Dialect& dialect, const Selection& selection);
/// On `units u` alone: the unit, or one of its slots, is selected.
Condition unit_condition(const Dialect& dialect, const Selection& selection, bool found = false);

}  // namespace rekey::store
