#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "policy/rules/rules.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

/// `rules_for` of one policy, for many slots: what slots of one type, and with the same of the labels that policy
/// names, have in common is worked out once. For one thread; the policy outlives it.
class RuleBook {
public:
    explicit RuleBook(const Policy& policy) : policy_(policy) {}

    /// The same as `rekey::policy::rules_for`, and throws as it does.
    Rules rules_for(const Subject& slot);

private:
    /// The type, and of each label in the policy whether a slot has it.
    using Kind = std::pair<std::string, std::vector<bool>>;

    const CommonRules& common_of(const Subject& slot);

    const Policy& policy_;
    std::map<Kind, CommonRules> kinds_;
};

}  // namespace rekey::policy
