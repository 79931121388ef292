#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"

namespace rekey::renewal {

bool Statistics::in_use(const store::Certificate& certificate) {
    return certificate.state == store::CertificateState::active ||
           certificate.state == store::CertificateState::foreign;
}

std::int64_t Statistics::ends_within(int days) const {
    auto count = [&](int limit) {
        auto found = ending.find(limit);
        return found == ending.end() ? 0 : found->second;
    };
    return count(days) - count(0);
}

void Statistics::add(const store::Certificate& certificate) {
    ++certificates[certificate.state];
    if (!in_use(certificate)) return;
    auto end = certificate.chain_end.at;
    for (int days : within)
        if (end <= now + std::chrono::days{days}) ++ending[days];
    if (!first_end || end < *first_end) first_end = end;
}

void Statistics::add(const UnitSummary& summary) {
    ++(summary.unit.offline_since ? offline : online);
    due += summary.at_risk;
    if (summary.unit.offline_since) due_offline += summary.at_risk;
}

void Statistics::add(const store::Credential& credential) {
    ++credentials[credential.state];
    if (credential.state != store::CredentialState::active) return;
    const auto& health = credential.health;
    if (!health.last_success) ++unproven;
    if (store::is_failing(health)) ++failing;
    if (health.last_success && (!oldest_success || *health.last_success < *oldest_success))
        oldest_success = health.last_success;
    if (!oldest_since || credential.created_at < *oldest_since) oldest_since = credential.created_at;
    if (credential_max_age && credential_max_age->after(credential.created_at) <= now) ++old_credentials;
}

bool clock_is_right(Home& home, Time now) {
    try {
        home.compare_clock(now);
        return true;
    } catch (const Error& e) {
        if (e.code() != Code::refused) throw;
        return false;
    }
}

}  // namespace rekey::renewal
