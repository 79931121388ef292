#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rekey/policy/policy.hpp"

namespace rekey::policy {

/// What subject and usages are where no rule says so.
inline constexpr const char* default_subject = "CN={unit},O={organization}";
inline std::vector<std::string> default_usages() { return {"serverAuth", "clientAuth"}; }

/// What policy says for one slot: defaults, then its type, then its labels in alphabetical order, then
/// what was set for its unit, and for itself; later ones win.
RuleSet merged(const Policy& policy, const Subject& slot);

/// What does not depend on the names of a slot, nor on what it adopted as its subject and SANs.
struct CommonRules {
    RuleSet set;  ///< as `merged` has it
    std::string key;
    std::vector<std::string> usages;  ///< normalised
    CertificateDetails details;       ///< normalised
};
/// Throws Code::usage for what cannot be normalised.
CommonRules common_rules(const Policy& policy, const Subject& slot);
/// What `rules_for` has, and throws but for the name of the slot.
Rules rules_from(const CommonRules& common, const Subject& slot);

/// `key_and_value`: as in the name of a table, `site=north`.
bool has_label(const Subject& slot, std::string_view key_and_value);

}  // namespace rekey::policy
