#pragma once

#include <string>

#include "policy/rules/rules.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

/// What an adopted certificate was, as a table of rules would say it; `set` has what the configuration says, which
/// wins. Nothing for what it did not say, or what is not made here. Keys: the nearest kind that is made here and
/// allowed.
RuleSet adopted_rules(const RuleSet& set, const Subject& slot);

}  // namespace rekey::policy
