#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rekey/policy/document.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/units/adoption.hpp"

namespace rekey::renewal {

/// What renewals will make in place of a certificate that is to be adopted. They keep what it is, unless a rule says
/// otherwise, or it cannot be made here.
struct AdoptionTerms {
    std::string issuer;  ///< that will sign; empty: the rules or the home name none
    /// As what is made will be; nothing where `obstacles` are.
    std::optional<policy::Rules> rules;
    /// Whether renewals take subject or names from the certificate: no rule sets both.
    bool takes_names = true;
    /// What will be otherwise than it is, in words, one each.
    std::vector<std::string> changes;
    /// What cannot be made at all, so that no renewal could succeed: the certificate is not to be adopted like that.
    std::vector<std::string> obstacles;
    /// What to write into the policy against `obstacles`, a line each, and the command that makes it hold for
    /// this unit alone; empty where nothing helps.
    std::vector<std::string> remedy;
};

REKEY_EXPORT AdoptionTerms adoption_terms(Home& home, const policy::Policy& policy, const units::Adoption& adoption);

}  // namespace rekey::renewal
