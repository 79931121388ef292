#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/document/config_value.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

/// A key that a table of rules may have, and how it is read.
struct RuleKey {
    std::string_view name;
    void (*read)(const ConfigValue&, RuleSet&);
};

/// Nothing for a name that is no rule.
const RuleKey* find_rule_key(std::string_view name);
std::vector<std::string_view> rule_key_names();

/// What a rule of that name may say. Each throws Code::usage, without a place.
void check_key(const std::string& name);
void check_subject(const std::string& text);
void check_san(const std::string& text);

/// A day or more.
Period read_max_age(const ConfigValue& value);

/// A list without empty entries. An empty list allows all, which lifts what a wider table says.
std::vector<std::string> read_allowed(const ConfigValue& value);

}  // namespace rekey::policy
