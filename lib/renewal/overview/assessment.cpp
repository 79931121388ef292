#include "rekey/renewal/assessment.hpp"

#include "rekey/base/error.hpp"
#include "rekey/renewal/alerts.hpp"
#include "renewal/plan/desired_state.hpp"

namespace rekey::renewal {

namespace {

void judge_certificate(const DesiredState& targets, Assessment& assessment, Time now) {
    const auto& status = assessment.status;
    const auto& in_use = *status.in_use;
    auto made_at = made_at_of(in_use);
    assessment.violations = policy::violations(in_use.facts, made_at, in_use.chain_end, *assessment.rules, now);
    if (const auto* revocation = targets.revocation(in_use.id))
        assessment.violations.push_back({"revoked", in_words(*revocation)});
}

}  // namespace

void each_assessment(Home& home, const policy::Config& config, const std::vector<std::string>& units, Time now,
                     const std::function<void(const Assessment&)>& visit) {
    DesiredState targets(home.store(), config);
    store::each_slot(home.store(), units, [&](const store::SlotStatus& status) {
        Assessment assessment;
        assessment.status = status;
        try {
            assessment.rules = targets.rules(status);
            if (status.in_use) judge_certificate(targets, assessment, now);
            const auto& issuer = targets.issuer(status, *assessment.rules);
            assessment.issuer = issuer.name;
            if (status.in_use) assessment.verdict = targets.judge(status, *assessment.rules, issuer, now);
            auto facts = facts_of(issuer);
            targets.require_able(issuer, *assessment.rules, now);
            if (now >= facts.not_after)
                throw Error(Code::refused, policy::end_in_words(facts, now), policy::remedy_for_end(facts));
        } catch (const Error& e) {
            assessment.trouble = e.hint().empty() ? e.message() : e.message() + "; " + e.hint();
        }
        visit(assessment);
    });
}

std::vector<policy::Violation> findings(const Assessment& assessment, Time now) {
    auto found = assessment.violations;
    if (!assessment.trouble.empty()) found.push_back({"rules", assessment.trouble});
    for (const auto& alert : alerts_of(assessment, now))
        // What is empty violates nothing.
        if (assessment.status.in_use) found.push_back({std::string(to_string(alert.kind)), alert.what});
    return found;
}

std::vector<policy::Setting> settings_of(Home& home, const policy::Config& config, const store::SlotStatus& status) {
    auto organization = store::setting(home.store(), "organization").value_or("");
    auto found = policy::settings_for(config, subject_of(status.slot, status.labels, organization));
    for (auto& setting : found) {
        if (setting.key != "issuer") continue;
        if (status.slot.issuer_id) {
            // A migration wins over the configuration.
            auto issuer = store::find_issuer(home.store(), *status.slot.issuer_id);
            setting = {"issuer", issuer ? issuer->name : "", "migration of the slot"};
        } else if (setting.value.empty()) {
            setting = {"issuer", store::setting(home.store(), "default_issuer").value_or(""), "default of the home"};
        }
    }
    return found;
}

}  // namespace rekey::renewal
