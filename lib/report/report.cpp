#include "rekey/report/report.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/tenants/credentials.hpp"
#include "renewal/findings/level.hpp"
#include "renewal/findings/notable.hpp"
#include "report/ahead.hpp"
#include "report/changes.hpp"
#include "report/foremost.hpp"
#include "report/sites.hpp"
#include "store/certificates/certificate_counts.hpp"
#include "store/fleet/selection.hpp"
#include "store/runs/actor_counts.hpp"

namespace rekey::report {

namespace {

using renewal::Statistics;

std::set<store::Id> revoked_in_use(store::Reader& store) {
    std::set<store::Id> revoked;
    store::each_revocation_in_use(store, [&](const store::Revocation& each) { revoked.insert(each.certificate_id); });
    return revoked;
}

void read_certificates(Report& report, store::Reader& store, const store::Selection& units) {
    Foremost<EndingCertificate, bool (*)(const EndingCertificate&, const EndingCertificate&)> soonest(
        [](const EndingCertificate& one, const EndingCertificate& other) { return one.not_after < other.not_after; });
    std::map<store::Id, std::int64_t> by_issuer;
    store::CertificateFilter all;
    all.history = true;
    all.which = units;
    auto revoked = revoked_in_use(store);
    store::each_certificate(store, all, [&](const store::Certificate& certificate) {
        report.statistics.add(certificate);
        if (!Statistics::in_use(certificate)) return;
        if (!units.is_empty() && revoked.contains(certificate.id)) ++report.revoked_in_use;
        const auto& facts = certificate.facts;
        if (certificate.chain_end.at <= report.made_at())
            ++report.expired[certificate.slot.type];
        else
            renewal::add_to(report.months, certificate);
        ++report.types[certificate.slot.type];
        ++report.keys[facts.key];
        ++report.signatures[facts.signature];
        if (certificate.issuer_id) ++by_issuer[*certificate.issuer_id];
        soonest.add({certificate.slot.to_string(), facts.number, certificate.chain_end.at,
                     certificate.state == store::CertificateState::foreign, certificate.chain_end.subject});
    });
    report.soonest = std::move(soonest).list();

    Foremost<ReportedIssuer, bool (*)(const ReportedIssuer&, const ReportedIssuer&)> issuers(
        [](const ReportedIssuer& one, const ReportedIssuer& other) { return one.not_after < other.not_after; });
    for (const auto& issuer : store::issuers(store))
        issuers.add({issuer.name, issuer.facts.subject, issuer.facts.key, issuer.chain_end.at, by_issuer[issuer.id],
                     issuer.chain_end.subject});
    report.issuers = std::move(issuers).list();
    if (units.is_empty())
        store::each_revocation_in_use(store, [&](const store::Revocation&) { ++report.revoked_in_use; });
}

void read_units(Report& report, Home& home, const policy::Policy& policy, const store::Selection& units) {
    auto before = [](const Away& one, const Away& other) {
        auto last = Time::max();
        return one.must_reconnect_by.value_or(last) < other.must_reconnect_by.value_or(last);
    };
    Foremost<Away, decltype(before)> away(before);
    renewal::count_fleet(
        home, policy, units, report.counts, report.statistics, [&](const renewal::UnitSummary& summary) {
            const auto& unit = summary.unit;
            away.add(
                {unit.name, unit.offline_since.value_or(report.made_at()), summary.must_reconnect_by, summary.at_risk});
        });
    report.away = std::move(away).list();
    report.slots = store::count_slots(home.store(), units);
    report.empty_slots = report.counts.count(renewal::FindingKind::empty_slot);
}

void read_counts(Report& report, Home& home, const policy::Policy& policy, const store::Selection& units) {
    renewal::each_finding(home, policy, units, report.made_at(),
                          [&](const renewal::Finding& finding) { report.counts.add(finding); });
}

/// All slots, as certificates that are in order are counted too.
void read_slots(Report& report, Home& home, const policy::Policy& policy, const store::Selection& units,
                SiteCounts& sites) {
    renewal::each_unit_summary(home, policy, units, report.made_at(),
                               [&](const renewal::UnitSummary& summary) { sites.add(summary); });
    AheadList ahead(report.made_at());
    renewal::each_assessment(home, policy, units, report.made_at(), [&](const renewal::Assessment& assessment) {
        const auto& status = assessment.status;
        ahead.add(assessment);
        auto findings = renewal::findings_of(assessment, report.made_at());
        sites.add(assessment, findings);
        const auto* worst = renewal::worst_of(findings);
        if (worst != nullptr && status.in_use) ++report.in_trouble[worst->kind];
        auto found = renewal::violations_of(assessment, report.made_at());
        if (!found.empty()) ++report.violating;
        for (const auto& violation : found) {
            auto& list = report.findings[violation.rule];
            if (++list.total <= static_cast<std::int64_t>(most_rows))
                list.rows.push_back(
                    {status.slot.name.to_string(), status.in_use ? status.in_use->facts.number : "", violation.what});
        }
    });
    report.ahead = std::move(ahead).list(home.store());
}

void read_actors(Report& report, store::Reader& store) {
    Foremost<Actor, bool (*)(const Actor&, const Actor&)> actors(
        [](const Actor& one, const Actor& other) { return one.runs > other.runs; });
    store::each_actor_count(store, report.since, [&](const store::ActorCount& count) {
        actors.add({count.actor, count.runs, count.renewed, count.failed});
    });
    report.actors = std::move(actors).list();
}

void read_renewals(Report& report, store::Reader& store) {
    constexpr int eleven = 11;
    auto first = renewal::month_of(Period{.months = eleven}.before(report.made_at()));
    report.since = from_rfc3339(first + "-01T00:00:00Z").value_or(report.made_at());
    report.renewals = store::count_items_since(store, report.since);
}

void read_runs(Report& report, Home& home, std::size_t newest) {
    auto& store = home.store();
    store::each_run(store, 0, [&](const store::Run& run) {
        if (++report.runs.total > static_cast<std::int64_t>(newest)) return;
        ReportedRun row{run, renewal::status_of(home, run), {}};
        for (auto outcome : {store::Outcome::renewed, store::Outcome::deferred, store::Outcome::failed,
                             store::Outcome::refused, store::Outcome::open})
            row.items[outcome] = store::count_items(store, run.id, outcome);
        report.runs.rows.push_back(std::move(row));
    });
    report.unfinished_runs = static_cast<std::int64_t>(store::unfinished_runs(store).size());
}

void read_first_to_end(Report& report, store::Reader& store) {
    auto first = store::first_to_end(store);
    if (!first) return;
    report.soonest.total = store::count_in_use(store);
    report.soonest.rows.push_back({first->slot.to_string(), first->facts.number, first->chain_end.at,
                                   first->state == store::CertificateState::foreign, first->chain_end.subject});
}

/// Those that fail first, then those that never worked.
int trouble_of(const store::Credential& credential) {
    if (store::is_failing(credential.health)) return 0;
    return credential.health.last_success ? 2 : 1;
}

void read_credentials(Report& report, store::Reader& store) {
    auto before = [](const store::Credential& one, const store::Credential& other) {
        return trouble_of(one) < trouble_of(other);
    };
    Foremost<store::Credential, decltype(before)> foremost(before);
    store::each_credential(store, std::nullopt, [&](const store::Credential& credential) {
        report.statistics.add(credential);
        if (credential.state == store::CredentialState::active || credential.state == store::CredentialState::staged)
            foremost.add(credential);
    });
    auto list = std::move(foremost).list();
    report.credentials.total = list.total;
    for (const auto& credential : list.rows) {
        auto rotation = tenants::current_rotation(store, credential.tenant_id);
        report.credentials.rows.push_back({credential.name, credential.tenant, credential.state,
                                           store::health_word(credential.health), credential.health.last_success,
                                           credential.health.last_failure,
                                           rotation ? tenants::in_words(*rotation) : ""});
    }
    report.tenants = static_cast<std::int64_t>(store::tenants(store).size());
    report.unfinished_rotations = static_cast<std::int64_t>(store::unfinished_rotations(store).size());
}

}  // namespace

Report take(Home& home, const policy::Policy& policy, Time now, const Scope& scope) {
    const auto& units = scope.units;
    Report report(now);
    report.statistics.credential_max_age = policy.credential_max_age;
    report.version = rekey::version();
    report.home = home.path();
    report.selection = units.to_string();
    auto& store = home.store();
    store::Snapshot snapshot(store);
    report.organization = store::setting(store, "organization").value_or("");
    report.clock_is_right = renewal::clock_is_right(home, now);
    read_certificates(report, store, units);
    report.issuers_ending = renewal::issuers_ending(store, policy, now);
    read_counts(report, home, policy, units);
    read_units(report, home, policy, units);
    SiteCounts sites(scope.label.empty() ? store::most_used_label(store, units).value_or("") : scope.label, now);
    read_slots(report, home, policy, units, sites);
    report.sites = std::move(sites).sites();
    read_renewals(report, store);
    constexpr std::size_t newest_runs = 10;
    read_runs(report, home, newest_runs);
    read_actors(report, store);
    read_credentials(report, store);
    report.changes = changes_since(store, scope.since, now);
    report.audit = store::verify_audit(store);
    return report;
}

Report take_outline(Home& home, const policy::Policy& policy, Time now) {
    Report report(now);
    report.version = rekey::version();
    report.home = home.path();
    auto& store = home.store();
    store::Snapshot snapshot(store);
    read_counts(report, home, policy, {});
    read_units(report, home, policy, {});
    read_first_to_end(report, store);
    constexpr std::size_t newest_run = 1;
    read_runs(report, home, newest_run);
    report.audit = store::verify_audit(store);
    return report;
}

}  // namespace rekey::report
