#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/store/tenants.hpp"
#include "units/driver/address.hpp"
#include "units/inventory/shared_folders.hpp"

namespace rekey::renewal {

namespace {

/// A unit that is away for a week is not on a short trip.
constexpr std::chrono::days long_away{7};
/// What is asked by nobody is not known to be there: no renewal, check or doctor reached it.
constexpr std::chrono::days long_unseen{90};
/// There is little time left to bring another chain to the last unit.
constexpr std::chrono::days issuer_now{7};

using Visit = std::function<void(const Alert&)>;

void alert_of_issuers(store::Reader& store, const policy::Policy& policy, Time now, const Visit& visit) {
    for (const auto& issuer : issuers_ending(store, policy, now))
        visit({AlertKind::issuer_ends, issuer.at <= now + issuer_now ? Severity::critical : Severity::warning,
               issuer.subject, issuer.when, issuer.remedy});
}

std::optional<Alert> not_seen(const store::Unit& unit, Time now) {
    auto subject = fmt::format("unit {}", unit.name);
    auto remedy = fmt::format("bring it back, or remove it: rekey units remove {}", unit.name);
    if (unit.offline_since && *unit.offline_since + long_away <= now)
        return Alert{AlertKind::unit_not_seen, Severity::warning, subject,
                     fmt::format("has not answered since {}", to_rfc3339(*unit.offline_since)), remedy};
    auto seen = unit.seen_at.value_or(unit.added_at);
    // A folder of this machine is seen whenever something looks.
    if (!unit.offline_since && !units::is_local(unit.address) && seen + long_unseen <= now)
        return Alert{AlertKind::unit_not_seen, Severity::warning, subject,
                     fmt::format("was last asked on {}", to_rfc3339(seen)),
                     fmt::format("ask it: rekey units check {}", unit.name)};
    return std::nullopt;
}

void alert_of_units(store::Reader& store, Time now, const Visit& visit) {
    units::SharedFolders folders;
    store::each_unit(store, {}, [&](const store::Unit& unit) {
        folders.add(unit);
        if (auto alert = not_seen(unit, now)) visit(*alert);
    });
    for (const auto& shared : folders.find())
        visit({AlertKind::shared_folder, Severity::critical, fmt::format("unit {}", shared.unit),
               fmt::format("{}: each replaces what the other put there", shared.how),
               fmt::format("remove one of them: rekey units remove {}", shared.unit)});
}

bool is_refused(const store::Health& health) {
    return store::is_failing(health) &&
           (health.failure_class == "invalid_client" || health.failure_class == "wrong_organization");
}

void alert_of_credentials(store::Reader& store, const Visit& visit) {
    store::each_credential(store, std::nullopt, [&](const store::Credential& credential) {
        if (credential.state != store::CredentialState::active || !is_refused(credential.health)) return;
        visit(
            {AlertKind::credential_refused, Severity::critical,
             fmt::format("credential '{}' of tenant '{}'", printable(credential.name), credential.tenant),
             fmt::format("was refused by the provider on {}: {}", to_rfc3339(*credential.health.last_failure),
                         printable(credential.health.failure)),
             fmt::format("see whether it still is: rekey credential verify; and rotate it: rekey credential rotate {}",
                         credential.tenant)});
    });
}

}  // namespace

std::string_view to_string(AlertKind kind) {
    switch (kind) {
        case AlertKind::not_valid_yet:
            return "not_valid_yet";
        case AlertKind::empty_slot:
            return "empty";
        case AlertKind::no_names:
            return "no_names";
        case AlertKind::issuer_ends:
            return "issuer_ends";
        case AlertKind::shared_folder:
            return "shared_folder";
        case AlertKind::unit_not_seen:
            return "not_seen";
        case AlertKind::credential_refused:
            return "credential_refused";
    }
    return "";
}

std::string in_words(const Alert& alert) { return alert.subject + " " + alert.what; }

std::vector<Alert> alerts_of(const Assessment& assessment, Time now) {
    std::vector<Alert> found;
    const auto& status = assessment.status;
    auto slot = status.slot.name.to_string();
    if (!status.in_use && status.adopting)
        found.push_back({AlertKind::empty_slot, Severity::warning, slot, "is empty: its adoption has not ended",
                         "finish it, or take it back: rekey doctor names both commands"});
    else if (!status.in_use)
        found.push_back({AlertKind::empty_slot, Severity::warning, slot,
                         "is empty: its first certificate was never made",
                         fmt::format("make it: rekey certs generate {}", slot)});
    else if (status.in_use->facts.not_before > now)
        found.push_back({AlertKind::not_valid_yet, Severity::critical, slot,
                         fmt::format("uses certificate {}, which is not valid before {}", status.in_use->facts.number,
                                     to_rfc3339(status.in_use->facts.not_before)),
                         fmt::format("make one that is valid now: rekey certs renew {}", slot)});
    // What it uses; of an empty slot, what it would get.
    bool nameless =
        status.in_use ? status.in_use->facts.sans.empty() : assessment.rules && assessment.rules->sans.empty();
    if (nameless)
        found.push_back({AlertKind::no_names, Severity::warning, slot,
                         "has no alternative name (SAN), and clients look at nothing else",
                         "set 'san' for its type or label in the policy; see rekey-policy(5)"});
    return found;
}

void each_alert(Home& home, const policy::Policy& policy, Time now, const std::function<void(const Alert&)>& visit) {
    each_assessment(home, policy, {}, now, [&](const Assessment& assessment) {
        for (const auto& alert : alerts_of(assessment, now)) visit(alert);
    });
    alert_of_issuers(home.store(), policy, now, visit);
    alert_of_units(home.store(), now, visit);
    alert_of_credentials(home.store(), visit);
}

}  // namespace rekey::renewal
