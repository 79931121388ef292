#include "renewal/findings/home_findings.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "renewal/judgement/assess.hpp"
#include "store/certificates/revocation_lists.hpp"
#include "store/runs/items.hpp"

namespace rekey::renewal {

namespace {

/// A month of changes is a lot to lose.
constexpr std::chrono::days backup_is_old{30};

/// A list is made anew at half of its validity, so that one with less than a quarter left was not.
std::optional<Finding> list_end(store::Reader& store, const store::Issuer& issuer, Time now) {
    if (now >= issuer.facts.not_after || !store::published_list(store, issuer.id)) return std::nullopt;
    auto signer = store::list_signer(store, issuer.id);
    auto lists = store::signer_lists(store, signer.value_or(issuer.id));
    if (!lists.written) return std::nullopt;
    auto end = lists.written->next_update;
    bool ended = end <= now;
    if (!ended && now < end - (end - lists.written->this_update) / 4) return std::nullopt;
    return Finding{FindingKind::list_ends,
                   ended ? Urgency::critical : Urgency::warning,
                   fmt::format("the list of revoked certificates of issuer '{}'", issuer.name),
                   fmt::format("{} on {}, and no newer one was published", ended ? "ended" : "ends", to_rfc3339(end)),
                   "the next run of rekey makes one where crl_folder says: rekey certs renew --due",
                   to_rfc3339(end)};
}

std::int64_t left_undone(store::Reader& store, store::Id run) {
    return store::count_items(store, run, store::Outcome::failed) +
           store::count_items(store, run, store::Outcome::refused);
}

void find_failed_run(store::Reader& store, const VisitFinding& visit) {
    std::optional<store::Run> newest;
    constexpr int one = 1;
    store::each_run(store, one, [&](const store::Run& run) { newest = run; });
    if (!newest || !newest->finished_at) return;
    auto undone = left_undone(store, newest->id);
    if (undone == 0) return;
    visit({FindingKind::failed_run,
           Urgency::warning,
           fmt::format("run {}", newest->id),
           fmt::format("left {} that failed or were refused", counted(undone, "slot")),
           fmt::format("see why: rekey runs show {}", newest->id),
           {}});
}

void find_clock(Home& home, Time now, const VisitFinding& visit) {
    if (clock_is_right(home, now)) return;
    visit({FindingKind::clock,
           Urgency::critical,
           "the clock of this machine",
           "is far from the last time seen, and renewals refuse it",
           "see what to do: rekey doctor",
           {}});
}

/// When there was something to back up for the first time.
std::optional<Time> begin_of_home(store::Reader& store) { return store::last_audit(store, "home.create"); }

void find_backup(store::Reader& store, Time now, const VisitFinding& visit) {
    auto last = store::last_audit(store, "home.backup");
    auto since = last ? last : begin_of_home(store);
    if (!since || (last && now < *last + backup_is_old)) return;
    visit({FindingKind::backup, now < *since + backup_is_old ? Urgency::note : Urgency::warning, "the home",
           last ? fmt::format("was last backed up on {}", to_rfc3339(*last)) : "was never backed up",
           "make a backup: rekey backup --out FILE", last ? to_rfc3339(*last) : ""});
}

}  // namespace

void find_in_issuers(store::Reader& store, const policy::Policy& policy, Time now, const VisitFinding& visit) {
    for (const auto& issuer : issuers_ending(store, policy, now))
        visit({FindingKind::issuer_ends, issuer.at <= now + little_time ? Urgency::critical : Urgency::warning,
               issuer.subject, issuer.when, issuer.remedy, to_rfc3339(issuer.at)});
    for (const auto& issuer : store::issuers(store))
        if (auto finding = list_end(store, issuer, now)) visit(*finding);
}

std::vector<Finding> interrupted_runs(Home& home) {
    std::vector<Finding> found;
    for (const auto& run : store::unfinished_runs(home.store())) {
        if (home.run_lives(run.id)) continue;
        auto open = store::count_open_items(home.store(), run.id);
        found.push_back({FindingKind::interrupted_run,
                         Urgency::warning,
                         fmt::format("run {}", run.id),
                         fmt::format("was interrupted with {} open", counted(open, "item")),
                         "finish its work: rekey certs renew --due",
                         {}});
    }
    return found;
}

void find_in_home(Home& home, Time now, const VisitFinding& visit) {
    for (const auto& finding : interrupted_runs(home)) visit(finding);
    find_failed_run(home.store(), visit);
    find_clock(home, now, visit);
    find_backup(home.store(), now, visit);
}

}  // namespace rekey::renewal
