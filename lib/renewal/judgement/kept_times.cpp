#include "renewal/judgement/kept_times.hpp"

#include <algorithm>

#include "rekey/base/base.hpp"
#include "renewal/judgement/assess.hpp"
#include "renewal/plan/planner.hpp"
#include "store/fleet/fleet_scan.hpp"

namespace rekey::renewal {

namespace {

/// From the beginning of time: the slot is looked at whatever the clock says.
constexpr Time already{};

std::optional<Time> due_at_of(const Assessment& assessment) {
    const auto& in_use = assessment.status.in_use;
    // What is empty or foreign waits for a change.
    if (!in_use || (in_use->state == store::CertificateState::foreign && !in_use->issuer_id)) return std::nullopt;
    const auto& verdict = assessment.verdict;
    return verdict && verdict->due == policy::Due::no ? verdict->due_at : already;
}

/// Most of what is found begins when the slot becomes due: it is so before it ends, and before it is too old.
Time sound_until_of(const Assessment& assessment, const DesiredState& targets, Time now) {
    const auto& in_use = assessment.status.in_use;
    const auto& verdict = assessment.verdict;
    if (!in_use || !verdict || !assessment.rules || !findings_of(assessment, now).empty()) return already;
    const auto& issuer = targets.issuer(assessment.status, *assessment.rules);
    auto until = std::min(verdict->due_at, facts_of(issuer).not_after);
    // Foreign, and so different from what the rules make: nothing to be found before it ends soon.
    if (verdict->due != policy::Due::no) until = std::min(until, in_use->chain_end.at - little_time);
    return until;
}

}  // namespace

bool is_in_force(store::Reader& store, const policy::Policy& policy) {
    try {
        auto current = current_policy(store);
        return policy.defaults == current.defaults && policy.types == current.types && policy.labels == current.labels;
    } catch (const Error& e) {
        if (e.code() != Code::usage) throw;
        return false;  // of a newer version, which this one cannot be judging by
    }
}

store::KeptTimes times_of(const Assessment& assessment, const DesiredState& targets, Time now) {
    return {due_at_of(assessment), sound_until_of(assessment, targets, now)};
}

void judge(store::Transaction& transaction, std::span<const store::Id> slots, Time now) {
    if (slots.empty()) return;
    store::begin_times(transaction, judgement(), now);
    auto policy = current_policy(transaction);
    DesiredState targets(transaction, policy);
    for (auto slot : slots)
        if (auto status = store::find_unjudged(transaction, slot))
            store::keep_times(transaction, slot, times_of(assess(*status, targets, now), targets, now));
}

std::vector<store::Id> judge_all_but_few(Home& home, const store::Selection& selection, Time now,
                                         const StopToken& stop) {
    auto slots = store::unjudged_slots(home.store(), selection, judgement(), now);
    std::span<const store::Id> rest(slots);
    while (rest.size() > most_judged_at_once) {
        if (stop.requested())
            throw Error(Code::interrupted, "interrupted while slots were judged",
                        "nothing was renewed; the same command goes on");
        home.store().write([&](store::Transaction& transaction) {
            home.check_clock(transaction, now);
            judge(transaction, rest.first(most_judged_at_once), now);
        });
        rest = rest.subspan(most_judged_at_once);
    }
    return {rest.begin(), rest.end()};
}

}  // namespace rekey::renewal
