#include "questions/policy_loading.hpp"

#include <fmt/format.h>

#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/renewal/overview.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

using renewal::PolicyEffect;

/// `2 slots`, `1 slot`, with the word for what they do.
std::string slots_that(std::int64_t count, const char* one, const char* several) {
    return count == 1 ? fmt::format("1 slot {}", one) : fmt::format("{} slots {}", count, several);
}

void tell_group(const Session& session, const PolicyEffect::Group& group, const std::string& what) {
    if (group.count == 0) return;
    session.note(what + ":");
    for (const auto& example : group.examples)
        session.note(fmt::format("  {}: {}", example.slot.to_string(), printable(example.why)),
                     about_slot(example.slot));
    auto more = group.count - static_cast<std::int64_t>(group.examples.size());
    if (more > 0) session.note(fmt::format("  and {} more", more));
}

void tell_effect(const Session& session, const PolicyEffect& effect) {
    tell_group(session, effect.due, slots_that(effect.due.count, "becomes due", "become due"));
    tell_group(session, effect.violating, slots_that(effect.violating.count, "violates it", "violate it"));
    tell_group(session, effect.impossible,
               slots_that(effect.impossible.count, "cannot be renewed by it", "cannot be renewed by it"));
    if (effect.none())
        session.note(fmt::format("{}: none becomes due by this policy, and none newly violates it",
                                 effect.slots == 1 ? "1 slot" : fmt::format("{} slots", effect.slots)));
}

Json group_json(const PolicyEffect::Group& group) {
    auto examples = Json::array();
    for (const auto& example : group.examples)
        examples.push_back({{"slot", example.slot.to_string()}, {"why", example.why}});
    return {{"slots", group.count}, {"examples", examples}};
}

void print_loading(const Session& session, const PolicyEffect& effect, std::int64_t revision, bool already) {
    if (session.format() == OutputFormat::table) return;
    print_object(session, {{"revision", revision == 0 ? Json() : Json(revision)},
                           {"already", already},
                           {"due", group_json(effect.due)},
                           {"violating", group_json(effect.violating)},
                           {"impossible", group_json(effect.impossible)}});
}

/// Renewals follow where slots become due. What else it changes is shown, and a script need not confirm it.
void confirm_effect(const Session& session, const PolicyToLoad& wanted, const PolicyEffect& effect) {
    if (effect.none()) return;
    if (effect.due.count != 0)
        wanted.confirmation.require(
            session, fmt::format("{} by this policy", slots_that(effect.due.count, "becomes due", "become due")));
    else
        wanted.confirmation.ask(session, "slots violate this policy, or cannot be renewed by it");
}

}  // namespace

int load_and_tell(Session& session, const PolicyToLoad& wanted) {
    auto candidate = policy::Policy::parse(wanted.document, wanted.name);
    auto& home = wanted.dry_run ? session.home_for_reading() : session.home_for_writing();
    auto current = store::policy_in_force(home.store());
    if (current && current->document == wanted.document) {
        print_loading(session, {}, current->revision, true);
        session.note(fmt::format("the same document is in force, as revision {}", current->revision));
        return exit_done;
    }
    for (const auto& concern : policy::key_concerns(candidate)) session.warn(concern.what, {}, concern.remedy);
    auto seen = wanted.made_from.value_or(current ? current->revision : 0);
    auto effect = renewal::effect_of(home, candidate, session.now());
    tell_effect(session, effect);
    if (wanted.dry_run) {
        print_loading(session, effect, 0, false);
        session.note("dry run: nothing was changed");
        return exit_done;
    }
    confirm_effect(session, wanted, effect);
    auto loaded = renewal::load_policy(home, {wanted.document, wanted.comment, seen}, session.stamp());
    print_loading(session, effect, loaded.revision, loaded.already);
    session.note(fmt::format("policy revision {} is in force", loaded.revision));
    return exit_done;
}

}  // namespace rekey::cli
