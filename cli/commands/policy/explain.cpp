#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

std::string_view word_for(policy::Due due) {
    switch (due) {
        case policy::Due::no:
            return "no";
        case policy::Due::expiry:
            return "expiry";
        case policy::Due::policy:
            return "policy";
        case policy::Due::issuer_expiring:
            return "issuer expiring";
    }
    return "";
}

Json head_of(const renewal::Assessment& assessment, Time now) {
    const auto& in_use = assessment.status.in_use;
    const auto& verdict = assessment.verdict;
    auto null_or = [](bool known, const std::string& text) { return known ? Json(text) : Json(); };
    auto violations = Json::array();
    for (const auto& each : assessment.violations)
        violations.push_back({{"rule", each.rule}, {"violation", each.what}});
    return {
        {"slot", assessment.status.slot.name.to_string()},
        {"number", null_or(in_use.has_value(), in_use ? in_use->facts.number : "")},
        {"expires_at", null_or(in_use.has_value(), in_use ? to_rfc3339(in_use->facts.not_after) : "")},
        {"days_left", in_use ? Json(days_between(now, in_use->chain_end.at)) : Json()},
        {"chain_ends_at", null_or(in_use.has_value(), in_use ? to_rfc3339(in_use->chain_end.at) : "")},
        {"ends_with", null_or(in_use && !in_use->chain_end.subject.empty(), in_use ? in_use->chain_end.subject : "")},
        {"due", verdict ? Json(word_for(verdict->due)) : Json()},
        {"due_at", verdict ? Json(to_rfc3339(verdict->due_at)) : Json()},
        {"why", null_or(verdict && !verdict->why.empty(), verdict ? verdict->why : "")},
        {"subject", null_or(assessment.rules.has_value(), assessment.rules ? assessment.rules->subject : "")},
        {"sans", assessment.rules ? Json(assessment.rules->sans) : Json()},
        {"trouble", null_or(!assessment.trouble.empty(), assessment.trouble)},
        {"violations", violations}};
}

/// When, why, and what is wrong, for people.
void tell(const renewal::Assessment& assessment, Time now) {
    const auto& in_use = assessment.status.in_use;
    if (!assessment.trouble.empty()) fmt::print("\nNo certificate can be made: {}\n", printable(assessment.trouble));
    if (assessment.rules)
        fmt::print("\nA certificate made now: {}, {}, from issuer '{}'\n", printable(assessment.rules->subject),
                   assessment.rules->sans.empty()
                       ? "no SAN"
                       : printable(fmt::format("{}", fmt::join(assessment.rules->sans, ", "))),
                   assessment.issuer);
    if (!in_use) {
        fmt::print("The slot is empty.\n");
        return;
    }
    fmt::print("In use: {}, expires {} ({} days left)\n", in_use->facts.number, to_rfc3339(in_use->facts.not_after),
               days_between(now, in_use->facts.not_after));
    if (const auto& chain = in_use->chain_end; !chain.subject.empty())
        fmt::print("Its chain ends before, on {} ({} days left), with '{}'\n", to_rfc3339(chain.at),
                   days_between(now, chain.at), printable(chain.subject));
    if (in_use->state == store::CertificateState::foreign)
        fmt::print("No issuer of this home signed it, and it is replaced only when somebody says so.\n");
    if (const auto& verdict = assessment.verdict) {
        if (verdict->due == policy::Due::no)
            fmt::print("Not due; due from {} on.\n", to_rfc3339(verdict->due_at));
        else
            fmt::print("Due ({}): {}\n", word_for(verdict->due), printable(verdict->why));
    }
    for (const auto& violation : assessment.violations)
        fmt::print("Violates {}: {}\n", violation.rule, printable(violation.what));
}

int explain(Session& session, const std::string& name) {
    auto& home = session.home_for_reading();
    auto slot = units::get_slot(home.store(), parse_slot(name));
    auto now = session.now();
    std::optional<renewal::Assessment> assessment;
    std::vector<policy::Setting> settings;
    renewal::each_assessment(home, session.current_policy(), {slot.name.unit}, now,
                             [&](const renewal::Assessment& each) {
                                 if (each.status.slot.id != slot.id) return;
                                 assessment = each;
                                 settings = renewal::settings_of(home, session.current_policy(), each.status);
                             });
    if (!assessment) return exit_done;
    Listing listing(session, "rules", {"key", "value", "source"},
                    {{"key", "RULE"}, {"value", "VALUE"}, {"source", "FROM"}});
    listing.head(head_of(*assessment, now));
    for (const auto& setting : settings)
        listing.row({{"key", setting.key}, {"value", text_or_null(setting.value)}, {"source", setting.source}});
    listing.finish();
    if (session.format() == OutputFormat::table) tell(*assessment, now);
    return exit_done;
}

}  // namespace

void policy_explain(Registry& registry) {
    registry.command("policy explain", "Show which rules apply to a slot, and when and why it is due",
                     [](Command& command) -> Run {
                         auto name = std::make_shared<std::string>();
                         command.argument("SLOT", *name, "UNIT/TYPE or UNIT/NODE/TYPE");
                         command.example("rekey policy explain pump-1/online");
                         return [name](Session& session) { return explain(session, *name); };
                     });
}

}  // namespace rekey::cli
