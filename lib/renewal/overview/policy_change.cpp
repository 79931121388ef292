#include <fmt/format.h>

#include <algorithm>

#include "base/text/shortened.hpp"
#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/store/store.hpp"
#include "renewal/judgement/assess.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/runs/policy_revisions.hpp"

namespace rekey::renewal {

namespace {

constexpr std::size_t longest_policy_comment = 4096;

void add(PolicyEffect::Group& group, const store::SlotStatus& status, const std::string& why) {
    ++group.count;
    if (group.examples.size() < PolicyEffect::most_examples) group.examples.push_back({status.slot.name, why});
}

/// The first violation of `after` whose rule `before` does not violate; nothing when there is none.
const policy::Violation* new_violation(const Assessment& before, const Assessment& after) {
    for (const auto& each : after.violations) {
        auto same = [&](const policy::Violation& other) { return other.rule == each.rule; };
        if (std::ranges::none_of(before.violations, same)) return &each;
    }
    return nullptr;
}

void compare(const Assessment& before, const Assessment& after, PolicyEffect& effect) {
    const auto& status = after.status;
    ++effect.slots;
    if (after.verdict && is_renewal_due(after) && !is_renewal_due(before)) add(effect.due, status, after.verdict->why);
    if (const auto* violation = new_violation(before, after)) add(effect.violating, status, violation->what);
    if (!after.trouble.empty() && before.trouble.empty()) add(effect.impossible, status, after.trouble);
}

void require_comment(const std::string& comment) {
    if (comment.size() > longest_policy_comment || printable(comment) != comment)
        throw Error(Code::usage, fmt::format("'{}' cannot be a comment", shortened(comment)),
                    fmt::format("one line of UTF-8, {} bytes at most", longest_policy_comment));
}

}  // namespace

PolicyEffect effect_of(Home& home, const policy::Policy& candidate, Time now) {
    auto& store = home.store();
    store::Snapshot snapshot(store);
    auto current = current_policy(store);
    DesiredState before(store, current);
    DesiredState after(store, candidate);
    PolicyEffect effect;
    store::each_slot(store, {}, [&](const store::SlotStatus& status) {
        compare(assess(status, before, now), assess(status, after, now), effect);
    });
    return effect;
}

LoadedPolicy load_policy(Home& home, const PolicyChange& change, const Stamp& stamp) {
    policy::Policy::parse(change.document, "policy");
    require_comment(change.comment);
    return home.store().write([&](store::Transaction& transaction) {
        auto current = store::policy_in_force(transaction);
        if (current && current->document == change.document) return LoadedPolicy{current->revision, true};
        if ((current ? current->revision : 0) != change.seen)
            throw Error(Code::refused,
                        fmt::format("the policy was changed meanwhile: revision {} of {} is in force",
                                    current ? current->revision : 0, current ? printable(current->actor) : ""),
                        "see what changed: rekey policy diff; then load again");
        auto revision = store::add_policy_revision(transaction, change.document, stamp, change.comment);
        store::audit(transaction, stamp, "policy.load", fmt::format("policy revision {}", revision),
                     {{"revision", revision}, {"before", change.seen}, {"comment", change.comment}});
        return LoadedPolicy{revision, false};
    });
}

}  // namespace rekey::renewal
