#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"
#include "renewal/judgement/assess.hpp"
#include "renewal/plan/desired_state.hpp"

namespace rekey::renewal {

namespace {

/// Findings that `policy check` lists beside the violations: no rule says them, and no client takes the certificate.
bool is_beside_policy(FindingKind kind) { return kind == FindingKind::not_valid_yet || kind == FindingKind::no_names; }

}  // namespace

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
