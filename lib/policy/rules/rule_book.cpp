#include "policy/rules/rule_book.hpp"

#include "rekey/base/base.hpp"

namespace rekey::policy {

namespace {

/// What was set for it, or adopted, is its own.
bool has_own_rules(const Subject& slot) {
    return slot.adopted_details || slot.unit_rules != RuleSet{} || slot.slot_rules != RuleSet{};
}

}  // namespace

const CommonRules& RuleBook::common_of(const Subject& slot) {
    Kind kind{slot.type, {}};
    for (const auto& [label, rules] : policy_.labels) kind.second.push_back(has_label(slot, label));
    auto known = kinds_.find(kind);
    if (known == kinds_.end()) known = kinds_.emplace(std::move(kind), common_rules(policy_, slot)).first;
    return known->second;
}

Rules RuleBook::rules_for(const Subject& slot) {
    if (has_own_rules(slot)) return policy::rules_for(policy_, slot);
    try {
        return rules_from(common_of(slot), slot);
    } catch (Error& error) {
        error.in(SlotName{slot.unit, slot.node, slot.type}.to_string());
        throw;
    }
}

}  // namespace rekey::policy
