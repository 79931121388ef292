#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "crypto/certificates/certificate.hpp"
#include "policy/rules/rule_book.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::renewal {

/// What slots should hold today: by which rules, and from which issuer. For one thread.
class DesiredState {
public:
    DesiredState(store::Reader& store, const policy::Policy& policy);

    policy::Rules rules(const store::SlotStatus& status) const;
    /// What will sign: `wanted`, else what slot, rules and home say. Throws Code::not_found, Code::usage.
    const store::Issuer& issuer(const store::SlotStatus& status, const policy::Rules& rules,
                                const std::string& wanted = {}) const;
    /// Null: none of this home's.
    const store::Issuer* issuer(store::Id id) const;
    /// Throws Code::refused when what the rules make would not be valid below `issuer`.
    void require_able(const store::Issuer& issuer, const policy::Rules& rules, Time now) const;
    /// Of a certificate that is in use, or about to be; null: it was not revoked.
    const store::Revocation* revocation(store::Id certificate) const;
    /// Of the certificate in use. One that was revoked is due.
    policy::Verdict judge(const store::Certificate& in_use, const policy::Rules& rules, const store::Issuer& issuer,
                          Time now) const;

private:
    store::Reader& store_;
    mutable policy::RuleBook rules_;
    std::string organization_;
    std::string default_issuer_;
    std::map<store::Id, store::Issuer> by_id_;
    std::map<std::string, store::Id> by_name_;
    std::map<store::Id, store::Revocation> revoked_in_use_;
    /// What was worked out of an issuer when it was first needed.
    struct Able {
        std::vector<crypto::X509Certificate> chain;
        std::set<std::vector<std::string>> usages;  ///< that it can sign for, under whatever name
    };
    mutable std::map<store::Id, Able> able_;
};

/// The state of an issuer, as policy needs it.
policy::IssuerFacts facts_of(const store::Issuer& issuer);
/// That the issuer cut the validity of what it signs, and when that ends; empty where it did not.
std::string shortening_in_words(const policy::Lifetime& life, const policy::IssuerFacts& issuer);

/// For messages: `was revoked on … for keyCompromise`.
std::string in_words(const store::Revocation& revocation);
/// When it was made: as recorded here, within what it says itself, as one that was met again was recorded later.
Time made_at_of(const store::Certificate& certificate);
/// Whether it says that somebody else may have the key.
bool is_of_key(store::RevocationReason reason);

/// A slot as rules see it.
policy::Subject subject_of(const store::Slot& slot, const store::Labels& labels, const store::OwnRules& unit_rules,
                           const std::string& organization);

/// The rules for a slot, from policy and what the store knows of it.
policy::Rules rules_of(const policy::Policy& policy, const store::Slot& slot, const store::Labels& labels,
                       const store::OwnRules& unit_rules, const std::string& organization);

}  // namespace rekey::renewal
