#include <fmt/format.h>

#include <array>
#include <set>
#include <vector>

#include "rekey/renewal/overview.hpp"
#include "rekey/store/fleet.hpp"
#include "renewal/findings/notable.hpp"
#include "store/certificates/certificate_counts.hpp"

namespace rekey::renewal {

namespace {

/// Text exposition format 0.0.4: a family is its help, its type, and its samples.
class Exposition {
public:
    void family(std::string_view name, std::string_view help) {
        name_ = name;
        text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
    }
    void sample(std::int64_t value) { text_ += fmt::format("{} {}\n", name_, value); }
    /// Labels are words of this program, which need no escapes.
    void sample(std::string_view label, std::string_view word, std::int64_t value) {
        text_ += fmt::format("{}{{{}=\"{}\"}} {}\n", name_, label, word, value);
    }
    void single(std::string_view name, std::string_view help, std::int64_t value) {
        family(name, help);
        sample(value);
    }
    std::string text() && { return std::move(text_); }

private:
    std::string name_;
    std::string text_;
};

constexpr std::array certificate_states{store::CertificateState::pending,    store::CertificateState::active,
                                        store::CertificateState::superseded, store::CertificateState::revoked,
                                        store::CertificateState::rejected,   store::CertificateState::foreign};

/// Of the selected units.
std::int64_t count_revoked_in_use(store::Reader& store, const store::Selection& units) {
    std::set<store::Id> revoked;
    std::int64_t all = 0;
    store::each_revocation_in_use(store, [&](const store::Revocation& each) {
        revoked.insert(each.certificate_id);
        ++all;
    });
    if (units.is_empty()) return all;
    std::int64_t count = 0;
    store::CertificateFilter in_use;
    in_use.which = units;
    store::each_certificate(store, in_use, [&](const store::Certificate& certificate) {
        if (revoked.contains(certificate.id)) ++count;
    });
    return count;
}

/// As if each were added.
void count_certificates(store::Reader& store, const store::Selection& units, Statistics& statistics) {
    std::vector<Time> ends;
    for (int days : Statistics::within) ends.push_back(statistics.now + std::chrono::days{days});
    auto counts = store::count_certificates(store, units, ends);
    statistics.certificates = counts.by_state;
    for (std::size_t i = 0; i < ends.size(); ++i) statistics.ending[Statistics::within[i]] = counts.ending[i];
    if (auto first = store::first_to_end(store, units)) statistics.first_end = first->chain_end.at;
}

void add_certificates(Exposition& out, store::Reader& store, const store::Selection& units, Statistics& statistics) {
    count_certificates(store, units, statistics);
    out.family("rekey_certificates", "Certificates of units that are not removed, by state.");
    for (auto state : certificate_states) out.sample("state", store::to_string(state), statistics.certificates[state]);
    out.family("rekey_certificates_ending",
               "Certificates in use that end within this number of days; 0: that have expired.");
    for (int days : Statistics::within) out.sample("days", std::to_string(days), statistics.ending[days]);
    if (statistics.first_end)
        out.single("rekey_certificates_first_end_timestamp_seconds", "When the first certificate in use ends.",
                   unix_seconds(*statistics.first_end));
    out.single("rekey_certificates_revoked_in_use", "Certificates that were revoked and are still in use.",
               count_revoked_in_use(store, units));
}

void add_issuers(Exposition& out, store::Reader& store, const policy::Policy& policy, Time now) {
    out.single("rekey_issuers_ending", "Issuers that are needed, and whose chains end soon or have ended.",
               static_cast<std::int64_t>(issuers_ending(store, policy, now).size()));
    std::optional<Time> first;
    for (const auto& issuer : store::issuers(store))
        if (!first || issuer.chain_end.at < *first) first = issuer.chain_end.at;
    if (first)
        out.single("rekey_issuers_first_end_timestamp_seconds", "When the first chain of an issuer ends.",
                   unix_seconds(*first));
}

void add_units(Exposition& out, const Statistics& statistics) {
    out.family("rekey_units", "Units, by whether they answered when last asked.");
    out.sample("status", "online", statistics.online);
    out.sample("status", "offline", statistics.offline);
    out.single("rekey_units_deferred", "Units with a renewal that waits for them.", statistics.deferred);
    out.single("rekey_certificates_due", "Certificates that are due by policy.", statistics.due);
    out.single("rekey_certificates_due_offline", "Certificates that are due on units that are offline.",
               statistics.due_offline);
}

void add_last_run(Exposition& out, store::Reader& store) {
    std::optional<store::Run> last;
    constexpr int newest = 1;
    store::each_run(store, newest, [&](const store::Run& run) { last = run; });
    out.single("rekey_runs_unfinished", "Runs that are alive, or died and are not continued yet.",
               static_cast<std::int64_t>(store::unfinished_runs(store).size()));
    if (!last) return;
    out.single("rekey_last_run_start_timestamp_seconds", "When the newest run began.", unix_seconds(last->started_at));
    if (last->finished_at)
        out.single("rekey_last_run_end_timestamp_seconds", "When the newest run ended.",
                   unix_seconds(*last->finished_at));
    out.family("rekey_last_run_items", "Slots that the newest run worked on, by outcome.");
    for (auto outcome : {store::Outcome::open, store::Outcome::renewed, store::Outcome::deferred,
                         store::Outcome::failed, store::Outcome::refused})
        out.sample("outcome", store::to_string(outcome), store::count_items(store, last->id, outcome));
}

void add_credentials(Exposition& out, store::Reader& store, Statistics& statistics) {
    store::each_credential(store, std::nullopt,
                           [&](const store::Credential& credential) { statistics.add(credential); });
    out.family("rekey_credentials", "Credentials of tenants, by state.");
    for (auto state :
         {store::CredentialState::staged, store::CredentialState::active, store::CredentialState::superseded,
          store::CredentialState::retired, store::CredentialState::failed})
        out.sample("state", store::to_string(state), statistics.credentials[state]);
    out.single("rekey_credentials_failing", "Active credentials whose last request failed.", statistics.failing);
    out.single("rekey_credentials_unproven", "Active credentials with which no request has succeeded yet.",
               statistics.unproven);
    if (statistics.oldest_success)
        out.single("rekey_credentials_oldest_success_timestamp_seconds",
                   "The last success of the active credential that succeeded longest ago.",
                   unix_seconds(*statistics.oldest_success));
    if (statistics.oldest_since)
        out.single("rekey_credentials_oldest_since_timestamp_seconds", "When the oldest active credential was made.",
                   unix_seconds(*statistics.oldest_since));
    if (statistics.credential_max_age)
        out.single("rekey_credentials_old", "Active credentials that are older than policy allows.",
                   statistics.old_credentials);
    out.single("rekey_rotations_unfinished", "Rotations that are cut over and not confirmed, or keep a prior key.",
               static_cast<std::int64_t>(store::unfinished_rotations(store).size()));
}

void add_findings(Exposition& out, const FindingCounts& counts) {
    out.family("rekey_findings", "What needs attention, by kind.");
    for (std::size_t i = 0; i < finding_kinds; ++i) {
        auto kind = static_cast<FindingKind>(i);
        out.sample("kind", to_string(kind), counts.count(kind));
    }
    out.single("rekey_findings_critical", "What needs attention now.", counts.count(Urgency::critical));
}

void add_clock(Exposition& out, Home& home, Time now) {
    out.single("rekey_clock_right", "Whether renewals accept the clock (1) or refuse it (0).",
               clock_is_right(home, now) ? 1 : 0);
    out.single("rekey_metrics_timestamp_seconds", "When these numbers were taken.", unix_seconds(now));
}

}  // namespace

std::string metrics(Home& home, const policy::Policy& policy, Time now, const store::Selection& units) {
    Exposition out;
    {
        store::Snapshot snapshot(home.store());
        Statistics statistics(now);
        statistics.credential_max_age = policy.credential_max_age;
        FindingCounts counts;
        each_finding(home, policy, units, now, [&](const Finding& finding) { counts.add(finding); });
        count_fleet(home, policy, units, counts, statistics, [](const UnitSummary&) {});
        add_certificates(out, home.store(), units, statistics);
        add_issuers(out, home.store(), policy, now);
        add_units(out, statistics);
        add_last_run(out, home.store());
        add_credentials(out, home.store(), statistics);
        add_findings(out, counts);
    }
    add_clock(out, home, now);
    return std::move(out).text();
}

}  // namespace rekey::renewal
