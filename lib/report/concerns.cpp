#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "rekey/report/report.hpp"
#include "report/markup.hpp"

namespace rekey::report {

namespace {

class Concerns {
public:
    /// `one` and `many`: what is said of 1 and of more; nothing of none.
    void add(bool urgent, std::int64_t count, const char* one, const char* many, const char* command) {
        if (count == 0) return;
        list_.push_back({urgent, count == 1 ? std::string(one) : fmt::format("{} {}", grouped(count), many), command});
    }
    void add(bool urgent, std::string what, std::string command) {
        list_.push_back({urgent, std::move(what), std::move(command)});
    }
    std::vector<Concern> list() && {
        std::stable_partition(list_.begin(), list_.end(), [](const Concern& each) { return each.urgent; });
        return std::move(list_);
    }

private:
    std::vector<Concern> list_;
};

constexpr std::chrono::days long_enough{365};

}  // namespace

std::vector<Concern> concerns(const Report& report) {
    Concerns found;
    const auto& statistics = report.statistics;
    auto ending = [&](int days) {
        auto count = statistics.ending.find(days);
        return count == statistics.ending.end() ? 0 : count->second;
    };
    if (!report.audit.problems.empty())
        found.add(true, fmt::format("the audit chain is broken: {}", report.audit.problems.front()),
                  "rekey audit verify");
    if (!report.clock_is_right)
        found.add(true, "renewals refuse the clock: it is far from the last time seen", "rekey doctor");
    found.add(true, ending(0), "1 certificate in use has expired", "certificates in use have expired",
              "rekey certs list --due 7d");
    found.add(true, ending(7) - ending(0), "1 certificate ends within 7 days", "certificates end within 7 days",
              "rekey certs list --due 7d");
    for (auto kind : {renewal::AlertKind::not_valid_yet, renewal::AlertKind::shared_folder,
                      renewal::AlertKind::unit_not_seen, renewal::AlertKind::credential_refused}) {
        auto alerts = report.alerts.find(kind);
        if (alerts == report.alerts.end()) continue;
        const auto& [total, first] = alerts->second;
        auto more = total == 1 ? "" : fmt::format(" (and {} more)", grouped(total - 1));
        found.add(first.severity == renewal::Severity::critical, renewal::in_words(first) + more, "rekey doctor");
    }
    found.add(true, report.revoked_in_use, "1 revoked certificate is still in use",
              "revoked certificates are still in use", "rekey policy check");
    found.add(true, statistics.failing, "1 active credential failed when last used",
              "active credentials failed when last used", "rekey credential verify");
    found.add(false, report.violating, "1 slot violates policy", "slots violate policy", "rekey policy check");
    found.add(false, statistics.due, "1 certificate is due by policy", "certificates are due by policy",
              "rekey certs renew --due --dry-run");
    found.add(false, statistics.offline, "1 unit did not answer when last asked",
              "units did not answer when last asked", "rekey units list");
    found.add(false, report.empty_slots, "1 slot has no certificate yet", "slots have no certificate yet",
              "rekey certs list");
    found.add(false, report.unfinished_runs, "1 run is alive, or was interrupted",
              "runs are alive, or were interrupted", "rekey runs list");
    found.add(false, statistics.unproven, "1 active credential was never used with success",
              "active credentials were never used with success", "rekey credential verify");
    found.add(false, statistics.old_credentials, "1 active credential is older than policy allows",
              "active credentials are older than policy allows", "rekey credential check");
    found.add(false, report.unfinished_rotations, "1 rotation is not confirmed, or keeps a prior key",
              "rotations are not confirmed, or keep a prior key", "rekey credential confirm --due");
    std::set<std::string> told;
    for (const auto& issuer : report.issuers_ending) {
        found.add(true, issuer.what, issuer.command);
        told.insert(issuer.issuer);
    }
    for (const auto& issuer : report.issuers.rows)
        if (issuer.not_after <= report.made_at() + long_enough && !told.contains(issuer.name))
            found.add(false,
                      fmt::format("issuer {} {} {}", issuer.name,
                                  issuer.not_after <= report.made_at() ? "ended" : "ends within a year:",
                                  to_rfc3339(issuer.not_after).substr(0, 10)),
                      "rekey issuers list");
    return std::move(found).list();
}

}  // namespace rekey::report
