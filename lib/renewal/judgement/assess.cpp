#include "renewal/judgement/assess.hpp"

#include "rekey/base/base.hpp"

namespace rekey::renewal {

namespace {

/// What is revoked is so by whatever rules, and without any.
void add_revocation(Assessment& assessment, const DesiredState& targets) {
    const auto& in_use = assessment.status.in_use;
    const auto* revocation = in_use ? targets.revocation(in_use->id) : nullptr;
    if (revocation != nullptr) assessment.violations.push_back({revoked_rule, in_words(*revocation)});
}

}  // namespace

Assessment assess(const store::SlotStatus& status, const DesiredState& targets, Time now) {
    Assessment assessment;
    assessment.status = status;
    try {
        const auto& rules = assessment.rules.emplace(targets.rules(status));
        if (const auto& in_use = status.in_use)
            assessment.violations =
                policy::violations(in_use->facts, made_at_of(*in_use), in_use->chain_end, rules, now);
        const auto& issuer = targets.issuer(status, rules);
        assessment.issuer = issuer.name;
        if (status.in_use) assessment.verdict = targets.judge(*status.in_use, rules, issuer, now);
        auto facts = facts_of(issuer);
        targets.require_able(issuer, rules, now);
        if (now >= facts.not_after)
            throw Error(Code::refused, policy::end_in_words(facts, now), policy::remedy_for_end(facts));
    } catch (const Error& e) {
        assessment.trouble = e.hint().empty() ? e.message() : e.message() + "; " + e.hint();
    }
    add_revocation(assessment, targets);
    return assessment;
}

bool needs_renewal(const Assessment& assessment) {
    const auto& in_use = assessment.status.in_use;
    if (!in_use || in_use->state != store::CertificateState::active) return false;
    return !assessment.verdict || assessment.verdict->due != policy::Due::no;
}

bool is_renewal_due(const Assessment& assessment) {
    const auto& in_use = assessment.status.in_use;
    if (!in_use || !assessment.verdict || !assessment.trouble.empty()) return false;
    // What others signed and somebody put there is replaced when somebody says so, not by itself.
    if (in_use->state == store::CertificateState::foreign && !in_use->issuer_id) return false;
    auto due = assessment.verdict->due;
    return due == policy::Due::expiry || due == policy::Due::policy;
}

}  // namespace rekey::renewal
