#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/tenants.hpp"
#include "renewal/findings/visit_finding.hpp"

namespace rekey::renewal {

namespace {

constexpr Period usual_credential_age{.months = 0, .seconds = std::chrono::days{365}};

bool is_refused(const store::Health& health) {
    return store::is_failing(health) &&
           (health.failure_class == "invalid_client" || health.failure_class == "wrong_organization");
}

/// The findings of one active credential.
class CredentialFindings {
public:
    CredentialFindings(const store::Credential& credential, const VisitFinding& visit)
        : credential_(credential), visit_(visit) {}

    void find(const policy::Policy& policy, Time now) {
        const auto& health = credential_.health;
        if (is_refused(health))
            add(FindingKind::credential_refused, Urgency::critical,
                fmt::format("was refused by the provider on {}: {}", to_rfc3339(health.last_failure.value_or(Time{})),
                            printable(health.failure)),
                fmt::format("see whether it still is: rekey credential verify; and rotate it: rekey credential "
                            "rotate {}",
                            credential_.tenant));
        else if (store::is_failing(health))
            add(FindingKind::credential_failing, Urgency::critical,
                fmt::format("failed when last used, on {}: {}", to_rfc3339(health.last_failure.value_or(Time{})),
                            printable(health.failure)),
                "see whether it still does: rekey credential verify");
        if (!health.last_success)
            add(FindingKind::credential_unproven, Urgency::warning, "was never used with success",
                "use it: rekey credential verify");
        find_age(policy, now);
    }

private:
    void add(FindingKind kind, Urgency urgency, std::string what, std::string remedy) {
        visit_({kind, urgency,
                fmt::format("credential '{}' of tenant '{}'", printable(credential_.name), credential_.tenant),
                std::move(what), std::move(remedy), credential_.uid});
    }

    void find_age(const policy::Policy& policy, Time now) {
        auto allowed = credential_age_allowed(policy);
        if (allowed.after(credential_.created_at) > now) return;
        add(FindingKind::credential_old, Urgency::critical,
            fmt::format("is {} days old; {} {}", days_between(credential_.created_at, now),
                        policy.credential_max_age ? "max_age is" : "without max_age in the policy, the most is",
                        allowed.to_string()),
            fmt::format("make a new key at the provider, then: rekey credential rotate {}", credential_.tenant));
    }

    const store::Credential& credential_;
    const VisitFinding& visit_;
};

}  // namespace

Period credential_age_allowed(const policy::Policy& policy) {
    return policy.credential_max_age.value_or(usual_credential_age);
}

void each_credential_finding(store::Reader& store, const policy::Policy& policy, Time now, const VisitFinding& visit) {
    store::each_credential(store, std::nullopt, [&](const store::Credential& credential) {
        if (credential.state == store::CredentialState::active) CredentialFindings(credential, visit).find(policy, now);
    });
    for (const auto& rotation : store::unfinished_rotations(store)) {
        bool confirmed = rotation.state == store::RotationState::confirmed;
        visit({FindingKind::rotation_unfinished, Urgency::warning,
               fmt::format("the rotation of tenant '{}'", printable(rotation.tenant)),
               confirmed ? "keeps the prior key" : "is cut over, and not confirmed yet",
               confirmed ? "destroy it once its time is over: rekey credential confirm --due"
                         : fmt::format("confirm it: rekey credential confirm {}", rotation.tenant),
               std::to_string(rotation.id)});
    }
}

}  // namespace rekey::renewal
