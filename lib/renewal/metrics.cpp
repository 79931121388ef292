#include "rekey/renewal/metrics.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

#include "rekey/base/error.hpp"
#include "rekey/renewal/standing.hpp"
#include "rekey/store/certificates.hpp"
#include "rekey/store/revocations.hpp"
#include "rekey/store/runs.hpp"
#include "rekey/store/tenants.hpp"

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
constexpr std::array buckets{0, 1, 7, 30, 90, 365};

void add_certificates(Exposition& out, store::Store& store, Time now) {
    std::map<store::CertificateState, std::int64_t> states;
    std::map<int, std::int64_t> ending;
    std::optional<Time> first;
    store::CertificateFilter all;
    all.history = true;
    store::each_certificate(store, all, [&](const store::Certificate& certificate) {
        ++states[certificate.state];
        bool in_use = certificate.state == store::CertificateState::active ||
                      certificate.state == store::CertificateState::foreign;
        if (!in_use) return;
        auto end = certificate.facts.not_after;
        for (int days : buckets)
            if (end <= now + std::chrono::days{days}) ++ending[days];
        if (!first || end < *first) first = end;
    });
    out.family("rekey_certificates", "Certificates of units that are not removed, by state.");
    for (auto state : certificate_states) out.sample("state", store::to_string(state), states[state]);
    out.family("rekey_certificates_ending",
               "Certificates in use that end within this number of days; 0: that have expired.");
    for (int days : buckets) out.sample("days", std::to_string(days), ending[days]);
    if (first)
        out.single("rekey_certificates_first_end_timestamp_seconds", "When the first certificate in use ends.",
                   unix_seconds(*first));
    std::int64_t revoked = 0;
    store::each_revocation_in_use(store, [&](const store::Revocation&) { ++revoked; });
    out.single("rekey_certificates_revoked_in_use", "Certificates that were revoked and are still in use.", revoked);
}

void add_units(Exposition& out, Home& home, const policy::Config& config, Time now) {
    std::int64_t online = 0;
    std::int64_t offline = 0;
    std::int64_t due = 0;
    std::int64_t at_risk = 0;
    each_standing(home, config, {}, {}, now, [&](const Standing& standing) {
        ++(standing.unit.offline_since ? offline : online);
        due += standing.at_risk;
        if (standing.unit.offline_since) at_risk += standing.at_risk;
    });
    std::map<store::Id, bool> waiting;
    store::each_slot(home.store(), {}, [&](const store::SlotStatus& status) {
        if (status.holding && status.holding->outcome == store::Outcome::deferred) waiting[status.slot.unit_id] = true;
    });
    out.family("rekey_units", "Units, by whether they answered when last asked.");
    out.sample("status", "online", online);
    out.sample("status", "offline", offline);
    out.single("rekey_units_deferred", "Units with a renewal that waits for them.",
               static_cast<std::int64_t>(waiting.size()));
    out.single("rekey_certificates_due", "Certificates that are due by policy.", due);
    out.single("rekey_certificates_due_offline", "Certificates that are due on units that are offline.", at_risk);
}

void add_last_run(Exposition& out, store::Store& store) {
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

void add_credentials(Exposition& out, store::Store& store) {
    std::map<std::string_view, std::int64_t> states;
    std::int64_t failing = 0;
    std::int64_t unproven = 0;
    std::optional<Time> oldest_success;
    store::each_credential(store, std::nullopt, [&](const store::Credential& credential) {
        ++states[store::to_string(credential.state)];
        if (credential.state != store::CredentialState::active) return;
        const auto& health = credential.health;
        if (!health.last_success) ++unproven;
        if (health.last_failure && (!health.last_success || *health.last_failure > *health.last_success)) ++failing;
        if (health.last_success && (!oldest_success || *health.last_success < *oldest_success))
            oldest_success = health.last_success;
    });
    out.family("rekey_credentials", "Credentials of tenants, by state.");
    for (auto state :
         {store::CredentialState::staged, store::CredentialState::active, store::CredentialState::superseded,
          store::CredentialState::retired, store::CredentialState::failed})
        out.sample("state", store::to_string(state), states[store::to_string(state)]);
    out.single("rekey_credentials_failing", "Active credentials whose last request failed.", failing);
    out.single("rekey_credentials_unproven", "Active credentials with which no request has succeeded yet.", unproven);
    if (oldest_success)
        out.single("rekey_credentials_oldest_success_timestamp_seconds",
                   "The last success of the active credential that succeeded longest ago.",
                   unix_seconds(*oldest_success));
    out.single("rekey_rotations_unfinished", "Rotations that are cut over and not confirmed, or keep a prior key.",
               static_cast<std::int64_t>(store::unfinished_rotations(store).size()));
}

void add_clock(Exposition& out, Home& home, Time now) {
    bool right = true;
    try {
        home.compare_clock(now);
    } catch (const Error& e) {
        if (e.code() != Code::refused) throw;
        right = false;
    }
    out.single("rekey_clock_right", "Whether renewals accept the clock (1) or refuse it (0).", right ? 1 : 0);
    out.single("rekey_metrics_timestamp_seconds", "When these numbers were taken.", unix_seconds(now));
}

}  // namespace

std::string metrics(Home& home, const policy::Config& config, Time now) {
    Exposition out;
    {
        store::Snapshot snapshot(home.store());
        add_certificates(out, home.store(), now);
        add_units(out, home, config, now);
        add_last_run(out, home.store());
        add_credentials(out, home.store());
    }
    add_clock(out, home, now);
    return std::move(out).text();
}

}  // namespace rekey::renewal
