#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"
#include "renewal/overview/assess.hpp"
#include "renewal/plan/desired_state.hpp"

namespace rekey::renewal {

namespace {

/// What is revoked is so by whatever rules, and without any.
void add_revocation(Assessment& assessment, const DesiredState& targets) {
    const auto& in_use = assessment.status.in_use;
    const auto* revocation = in_use ? targets.revocation(in_use->id) : nullptr;
    if (revocation != nullptr) assessment.violations.push_back({revoked_rule, in_words(*revocation)});
}

/// Findings that `policy check` lists beside the violations: no rule says them, and no client takes the certificate.
bool is_beside_policy(FindingKind kind) { return kind == FindingKind::not_valid_yet || kind == FindingKind::no_names; }

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

void each_assessment(Home& home, const policy::Policy& policy, const store::Selection& selection, Time now,
                     const std::function<void(const Assessment&)>& visit) {
    DesiredState targets(home.store(), policy);
    store::each_slot(home.store(), selection,
                     [&](const store::SlotStatus& status) { visit(assess(status, targets, now)); });
}

std::vector<policy::Violation> violations_of(const Assessment& assessment, Time now) {
    auto found = assessment.violations;
    if (!assessment.trouble.empty()) found.push_back({"rules", assessment.trouble});
    // What is empty violates nothing.
    if (!assessment.status.in_use) return found;
    for (const auto& finding : findings_of(assessment, now))
        if (is_beside_policy(finding.kind)) found.push_back({std::string(to_string(finding.kind)), finding.what});
    return found;
}

std::vector<policy::Setting> settings_of(Home& home, const policy::Policy& policy, const store::SlotStatus& status) {
    auto organization = store::setting(home.store(), "organization").value_or("");
    auto found = policy::settings_for(policy, subject_of(status.slot, status.labels, status.unit_rules, organization));
    for (auto& setting : found) {
        if (setting.key != "issuer") continue;
        if (status.slot.issuer_id) {
            // What it is pinned to wins over policy.
            auto issuer = store::find_issuer(home.store(), *status.slot.issuer_id);
            setting = {"issuer", issuer ? issuer->name : "", "slot " + status.slot.name.to_string()};
        } else if (setting.value.empty()) {
            setting = {"issuer", store::setting(home.store(), "default_issuer").value_or(""), "default of the home"};
        }
    }
    return found;
}

}  // namespace rekey::renewal
