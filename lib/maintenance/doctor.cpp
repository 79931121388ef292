#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <optional>

#include "base/text/foreign_errors.hpp"
#include "crypto/sealing/seal.hpp"
#include "home/seal.hpp"
#include "issuers/local.hpp"
#include "maintenance/home_files.hpp"
#include "maintenance/stale_files.hpp"
#include "maintenance/unit_checks.hpp"
#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/maintenance/maintenance.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "rekey/tenants/credentials.hpp"
#include "rekey/units/units.hpp"
#include "tenants/credentials/vault.hpp"
#include "tenants/records/device_names.hpp"
#include "tenants/rotation/closing.hpp"

namespace rekey::maintenance {

namespace {

using Findings = std::vector<HomeFinding>;

constexpr const char* restore_backup = "restore a backup into a new home: rekey --home NEW restore FILE";
constexpr const char* repair_command = "rekey doctor --repair";

/// Turns what a check throws into a finding, so that one broken thing hides no other.
template <class Check>
void guard(Findings& findings, const std::string& about, const Check& check) {
    try {
        for_one(check);
    } catch (const Error& e) {
        findings.push_back({about, e.message(), e.hint().empty() ? restore_backup : e.hint(), false});
    }
}

void examine_permissions(const std::string& home, Findings& findings) {
    for (const auto& entry : exposed(home))
        findings.push_back({"permissions", fmt::format("{} has mode {:o}", printable(entry.name), entry.mode),
                            fmt::format("chmod go= {}", printable(entry.path())), true});
    for (auto& finding : strange_entries(home)) findings.push_back(std::move(finding));
}

void examine_leftovers(Home& home, Findings& findings) {
    Leftovers leftovers(home.path());
    for (const auto& path : leftovers.paths())
        findings.push_back(
            {"leftovers", fmt::format("{} was left by an interrupted command", printable(path)), repair_command, true});
    if (auto ended = ended_runs_with_files(home); !ended.empty())
        findings.push_back({"leftovers",
                            fmt::format("runs/ has locks of runs that have ended: {}", fmt::join(ended, ", ")),
                            repair_command, true});
}

void examine_integrity(Home& home, Findings& findings) {
    for (const auto& problem : home.store().problems()) findings.push_back({"store", problem, restore_backup, false});
}

void examine_log(Home& home, Findings& findings) {
    if (auto size = large_log(home.path()))
        findings.push_back(
            {"store", fmt::format("the log rekey.db-wal has grown to {} MiB; a reader may have kept it", *size >> 20U),
             repair_command, true});
}

void examine_trail(Home& home, Findings& findings) {
    for (const auto& problem : store::verify_audit(home.store()).problems)
        findings.push_back({"audit", problem, "find out who changed the store, and compare with a backup", false});
}

void examine_seal(Home& home, Findings& findings) {
    if (!is_settled(home))
        findings.push_back({"seal", "a change of the seal was interrupted, and the old key is not destroyed yet",
                            repair_command, true});
    auto state = seal_state(home);
    if (state.strange != 0)
        findings.push_back(
            {"seal", fmt::format("{} sealed with another key than {}", counted(state.strange, "value"), state.key_id),
             restore_backup, false});
    const auto& key = home.seal_key();
    for (const auto& name : issuers::damaged_keys(home.store(), key))
        findings.push_back({"seal", fmt::format("the key of issuer '{}' does not open", name), restore_backup, false});
    for (const auto& name : tenants::damaged_keys(home.store(), key))
        findings.push_back(
            {"seal", fmt::format("the key of credential '{}' does not open", printable(name)), restore_backup, false});
}

void examine_lists(Home& home, const std::string& folder, Findings& findings) {
    for (auto& concern : issuers::list_concerns(home.store(), folder))
        findings.push_back({"revocations", concern.what, concern.remedy, concern.repairable});
}

void examine_runs(Home& home, Findings& findings) {
    for (const auto& finding : renewal::interrupted_runs(home))
        findings.push_back({"runs", renewal::in_words(finding), finding.remedy, false});
}

void examine_adoptions(Home& home, Findings& findings) {
    store::each_adoption(home.store(), [&](const store::AdoptionRecord& adoption) {
        findings.push_back({"adoptions", fmt::format("the adoption of {} has not ended", adoption.slot.to_string()),
                            in_words(units::remedy_for(adoption)), false});
    });
}

void examine_rotations(Home& home, Time now, Findings& findings) {
    auto& store = home.store();
    for (const auto& tenant : store::tenants(store)) {
        auto name = printable(tenant.name);
        auto open = store::open_rotation(store, tenant.id);
        if (open && open->state == store::RotationState::cut_over)
            findings.push_back({"rotations",
                                fmt::format("the new credential of tenant '{}' is in use, and not confirmed yet", name),
                                fmt::format("rekey credential confirm {}", name), false});
        else if (open)
            findings.push_back(
                {"rotations",
                 fmt::format("a rotation of tenant '{}' is {} and not cut over; the old credential is in use", name,
                             store::to_string(open->state)),
                 fmt::format("repeat its command, or give it up: rekey credential abort {}", name), false});
    }
    for (const auto& rotation : store::unfinished_rotations(store))
        if (tenants::is_over(rotation, now))
            findings.push_back({"rotations",
                                fmt::format("the prior key of tenant '{}' was kept long enough, and is not destroyed",
                                            printable(rotation.tenant)),
                                "rekey credential confirm --due", false});
    if (tenants::is_destroying(store))
        findings.push_back({"rotations", "a destroyed key may still be in the log rekey.db-wal", repair_command, true});
}

/// Under which word the doctor tells it; null: what the next `certs renew --due` does by itself, what is the doctor's
/// own elsewhere, and what is wrong with no certificate, issuer, unit or credential.
const char* about(const renewal::Finding& finding) {
    switch (finding.kind) {
        case renewal::FindingKind::due:
        case renewal::FindingKind::ends_soon:
        case renewal::FindingKind::violation:
        case renewal::FindingKind::credential_unproven:
        case renewal::FindingKind::rotation_unfinished:
        // Units are asked now, so that what they were seen to hold before is old.
        case renewal::FindingKind::drift:
        case renewal::FindingKind::emptied:
            return nullptr;
        default:
            break;
    }
    switch (renewal::scope_of(finding.kind)) {
        case renewal::FindingScope::certificate:
            return "slots";
        case renewal::FindingScope::issuer:
            return "issuers";
        case renewal::FindingScope::unit:
            return "units";
        case renewal::FindingScope::credential:
            return "credentials";
        case renewal::FindingScope::home:
            return nullptr;
    }
    return nullptr;
}

void examine_fleet(Home& home, const policy::Policy& policy, Time now, Findings& findings) {
    renewal::each_finding(home, policy, {}, now, [&](const renewal::Finding& finding) {
        if (finding.urgency == renewal::Urgency::note) return;
        if (const char* word = about(finding))
            findings.push_back({word, renewal::in_words(finding), finding.remedy, false});
    });
}

void examine_provider_clocks(Home& home, Findings& findings) {
    store::each_credential(home.store(), std::nullopt, [&](const store::Credential& credential) {
        bool active = credential.state == store::CredentialState::active;
        if (!active && credential.state != store::CredentialState::staged) return;
        auto name = fmt::format("credential '{}' of tenant '{}'", printable(credential.name), credential.tenant);
        const auto& ahead = credential.health.clock_ahead;
        if (ahead && std::chrono::abs(*ahead) >= tenants::notable_clock_difference)
            findings.push_back(
                {"clock",
                 fmt::format("when {} was last used, {}", name, tenants::clock_in_words(*ahead, "its provider")),
                 fmt::format("set this machine's clock: timedatectl set-ntp true; then{}",
                             active ? ": rekey credential verify" : " repeat the rotation's command"),
                 false});
    });
}

void examine_records(Home& home, Findings& findings) {
    for (const auto& tenant : store::tenants(home.store())) {
        auto found = tenants::misnamed_devices(home.store(), tenant);
        if (found.count != 0)
            findings.push_back(
                {"records",
                 fmt::format("tenant '{}' has {}, or their coverage, from lists under other names than their "
                             "serial numbers, as '{}' for {}",
                             printable(tenant.name), counted(found.count, "device"), printable(found.example),
                             printable(found.name)),
                 repair_command, true});
    }
}

/// Every remedy for anything else would be refused.
void examine_retired(Home& home, Findings& findings) {
    guard(findings, "store", [&] { examine_integrity(home, findings); });
    guard(findings, "audit", [&] { examine_trail(home, findings); });
}

}  // namespace

Examination examine(const DoctorSubject& subject, Time now) {
    Examination examination;
    auto& findings = examination.findings;
    std::error_code ignored;
    bool database = std::filesystem::exists(subject.home + "/" + database_name, ignored);
    // That there is no home is no finding about one.
    if (!database && !std::filesystem::exists(subject.home + "/seal.key", ignored))
        Home::open(subject.home, store::Store::Mode::read, now);

    guard(findings, "permissions", [&] { examine_permissions(subject.home, findings); });
    policy::Config config;
    try {
        config = subject.config();
    } catch (const Error& e) {
        findings.push_back(
            {"config", e.message(), e.hint().empty() ? "mend it; see: man rekey.toml" : e.hint(), false});
    }
    if (!database) {
        findings.push_back({"store", fmt::format("{} is missing", database_name), restore_backup, false});
        return examination;
    }
    std::optional<Home> home;
    guard(findings, "store",
          [&] { home.emplace(Home::open(subject.home, store::Store::Mode::read, now, subject.ask)); });
    if (!home) return examination;
    guard(findings, "store", [&] { examination.retired = store::retirement(home->store()); });
    if (examination.retired) {
        examine_retired(*home, findings);
        return examination;
    }
    guard(findings, "leftovers", [&] { examine_leftovers(*home, findings); });
    guard(findings, "store", [&] { examine_integrity(*home, findings); });
    guard(findings, "store", [&] { examine_log(*home, findings); });
    guard(findings, "seal", [&] { examine_seal(*home, findings); });
    guard(findings, "audit", [&] { examine_trail(*home, findings); });
    guard(findings, "clock", [&] { home->compare_clock(now); });
    guard(findings, "revocations", [&] { examine_lists(*home, config.crl_folder, findings); });
    guard(findings, "runs", [&] { examine_runs(*home, findings); });
    guard(findings, "adoptions", [&] { examine_adoptions(*home, findings); });
    guard(findings, "rotations", [&] { examine_rotations(*home, now, findings); });
    policy::Policy policy;
    guard(findings, "config", [&] { policy = renewal::current_policy(home->store()); });
    guard(findings, "slots", [&] { examine_fleet(*home, policy, now, findings); });
    guard(findings, "credentials", [&] { examine_provider_clocks(*home, findings); });
    guard(findings, "records", [&] { examine_records(*home, findings); });
    guard(findings, "units",
          [&] { examine_units(*home, subject.all_units, now, {config.answer_deadline}, examination); });
    return examination;
}

}  // namespace rekey::maintenance
