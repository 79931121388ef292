#include "renewal/target.hpp"

#include <fmt/format.h>

#include "rekey/issuers/issuers.hpp"

namespace rekey::renewal {

policy::Subject subject_of(const store::Slot& slot, const store::Labels& labels, const std::string& organization) {
    policy::Subject subject{slot.name.unit, slot.name.node, slot.name.type, labels, organization, {}, {}};
    if (slot.identity) {
        subject.adopted_subject = slot.identity->subject;
        subject.adopted_sans = slot.identity->sans;
        if (const auto& more = slot.identity->more)
            subject.adopted_details = policy::AdoptedDetails{more->key, more->usages, more->details};
    }
    return subject;
}

policy::Rules rules_of(const policy::Config& config, const store::Slot& slot, const store::Labels& labels,
                       const std::string& organization) {
    return policy::rules_for(config, subject_of(slot, labels, organization));
}

Targets::Targets(store::Store& store, const policy::Config& config)
    : store_(store),
      config_(config),
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

policy::Rules Targets::rules(const store::SlotStatus& status) const {
    return rules_of(config_, status.slot, status.labels, organization_);
}

const store::Issuer& Targets::issuer(const store::SlotStatus& status, const policy::Rules& rules,
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

const store::Issuer* Targets::issuer(store::Id id) const {
    auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &found->second;
}

const store::Revocation* Targets::revocation(store::Id certificate) const {
    auto found = revoked_in_use_.find(certificate);
    return found == revoked_in_use_.end() ? nullptr : &found->second;
}

std::string in_words(const store::Revocation& revocation) {
    return fmt::format("was revoked on {} for {}", to_rfc3339(revocation.revoked_at),
                       store::to_string(revocation.reason));
}

bool is_of_key(store::RevocationReason reason) {
    return reason == store::RevocationReason::key_compromise || reason == store::RevocationReason::aa_compromise;
}

policy::Verdict Targets::judge(const store::SlotStatus& status, const policy::Rules& rules, const store::Issuer& issuer,
                               Time now) const {
    const auto& in_use = *status.in_use;
    if (const auto* revocation = this->revocation(in_use.id))
        return {policy::Due::policy, in_words(*revocation), revocation->revoked_at};
    const auto* signed_by = in_use.issuer_id ? this->issuer(*in_use.issuer_id) : nullptr;
    auto made_at = in_use.issuer_id ? in_use.recorded_at : in_use.facts.not_before;
    return policy::judge(in_use.facts, made_at, signed_by != nullptr ? signed_by->name : "", rules,
                         {issuer.name, issuer.facts.not_after}, now);
}

}  // namespace rekey::renewal
