#include "renewal/plan/desired_state.hpp"

#include <fmt/format.h>

#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/issuers.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"

namespace rekey::renewal {

policy::Subject subject_of(const store::Slot& slot, const store::Labels& labels, const store::OwnRules& unit_rules,
                           const std::string& organization) {
    policy::Subject subject{slot.name.unit, slot.name.node, slot.name.type, labels, organization, {}, {}};
    if (slot.identity) {
        subject.adopted_subject = slot.identity->subject;
        subject.adopted_sans = slot.identity->sans;
        if (const auto& more = slot.identity->more)
            subject.adopted_details = policy::AdoptedDetails{more->key, more->usages, more->details};
    }
    subject.unit_rules = policy::own_rules(unit_rules);
    subject.slot_rules = policy::own_rules(slot.rules);
    return subject;
}

policy::Rules rules_of(const policy::Policy& policy, const store::Slot& slot, const store::Labels& labels,
                       const store::OwnRules& unit_rules, const std::string& organization) {
    return policy::rules_for(policy, subject_of(slot, labels, unit_rules, organization));
}

DesiredState::DesiredState(store::Reader& store, const policy::Policy& policy)
    : store_(store),
      rules_(policy),
      organization_(store::setting(store, "organization").value_or("")),
      default_issuer_(store::setting(store, "default_issuer").value_or("")) {
    for (auto& issuer : store::issuers(store)) {
        by_name_[issuer.name] = issuer.id;
        auto id = issuer.id;
        by_id_.emplace(id, std::move(issuer));
    }
    store::each_revocation_in_use(
        store, [&](const store::Revocation& each) { revoked_in_use_.emplace(each.certificate_id, each); });
}

policy::Rules DesiredState::rules(const store::SlotStatus& status) const {
    return rules_.rules_for(subject_of(status.slot, status.labels, status.unit_rules, organization_));
}

const store::Issuer& DesiredState::issuer(const store::SlotStatus& status, const policy::Rules& rules,
                                          const std::string& wanted) const {
    if (wanted.empty() && status.slot.issuer_id) return by_id_.at(*status.slot.issuer_id);
    std::string name = wanted;
    if (name.empty()) name = rules.issuer;
    if (name.empty()) name = default_issuer_;
    auto found = by_name_.find(name);
    if (found == by_name_.end()) {
        // Both throw, with the words for it.
        if (name.empty()) issuers::get_default(store_);
        issuers::get(store_, name);
    }
    return by_id_.at(found->second);
}

const store::Issuer* DesiredState::issuer(store::Id id) const {
    auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
}

void DesiredState::require_able(const store::Issuer& issuer, const policy::Rules& rules, Time now) const {
    auto& able = able_[issuer.id];
    auto& chain = able.chain;
    if (chain.empty())
        for (const auto& der : issuer.chain) chain.push_back(crypto::X509Certificate::from_der(der));
    // A value in hex, which a subject may not have, begins with '#'.
    bool is_usual = rules.subject.find('#') == std::string::npos;
    if (is_usual && able.usages.contains(rules.usages)) return;
    crypto::LeafTemplate leaf;
    leaf.number = "01";
    leaf.subject = policy::parse_subject(rules.subject);
    leaf.sans = rules.sans;
    leaf.usages = rules.usages;
    leaf.not_before = now;
    leaf.not_after = now + std::chrono::days{1};
    if (auto why = crypto::why_not_below(chain, leaf))
        throw Error(Code::refused, fmt::format("issuer '{}' cannot sign it: {}", issuer.name, *why),
                    "change the rules of the slot, or use another issuer; see: rekey policy explain " + rules.slot);
    // Below a plain chain it depends on no name.
    if (crypto::verify_issuers(chain)->is_plain) able.usages.insert(rules.usages);
}

const store::Revocation* DesiredState::revocation(store::Id certificate) const {
    auto found = revoked_in_use_.find(certificate);
    return found == revoked_in_use_.end() ? nullptr : &found->second;
}

policy::IssuerFacts facts_of(const store::Issuer& issuer) {
    bool is_root = issuer.chain.size() == 1;
    return {issuer.name, issuer.chain_end.at, issuer.chain_end.subject, is_root};
}

std::string shortening_in_words(const policy::Lifetime& life, const policy::IssuerFacts& issuer) {
    if (!life.shortened) return {};
    auto end = to_rfc3339(life.not_after);
    if (issuer.ends_with.empty())
        return fmt::format("validity shortened to {}, when issuer '{}' ends", end, issuer.name);
    return fmt::format("validity shortened to {}, when '{}' in the chain of issuer '{}' ends", end,
                       printable(issuer.ends_with), issuer.name);
}

std::string in_words(const store::Revocation& revocation) {
    return fmt::format("was revoked on {} for {}", to_rfc3339(revocation.revoked_at),
                       store::to_string(revocation.reason));
}

Time made_at_of(const store::Certificate& certificate) {
    return certificate.issuer_id ? policy::begin_of_life(certificate.facts, certificate.recorded_at)
                                 : certificate.facts.not_before;
}

bool is_of_key(store::RevocationReason reason) {
    return reason == store::RevocationReason::key_compromise || reason == store::RevocationReason::aa_compromise;
}

policy::Verdict DesiredState::judge(const store::Certificate& in_use, const policy::Rules& rules,
                                    const store::Issuer& issuer, Time now) const {
    if (const auto* revocation = this->revocation(in_use.id))
        return {policy::Due::policy, in_words(*revocation), revocation->revoked_at};
    const auto* signed_by = in_use.issuer_id ? this->issuer(*in_use.issuer_id) : nullptr;
    auto made_at = made_at_of(in_use);
    return policy::judge(in_use.facts, made_at, signed_by != nullptr ? signed_by->name : "", rules, facts_of(issuer),
                         now, in_use.chain_end);
}

}  // namespace rekey::renewal
