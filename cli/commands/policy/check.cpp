#include <fmt/format.h>

#include <algorithm>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "input/document_file.hpp"
#include "rekey/renewal/overview.hpp"
#include "views/listing.hpp"
#include "views/short_numbers.hpp"

namespace rekey::cli {

namespace {

struct PolicyCheckOptions {
    SelectionOptions selection;
    std::string file;  ///< a document to judge by; empty: the policy in force
};

policy::Policy policy_to_check(Session& session, const std::string& file) {
    if (file.empty()) return session.current_policy();
    return policy::Policy::parse(read_document(file, "the policy"), file == "-" ? "standard input" : file);
}

int check(Session& session, const PolicyCheckOptions& options) {
    auto& home = session.home_for_reading();
    auto policy = policy_to_check(session, options.file);
    auto selection = get_selection(home.store(), options.selection, session.now());
    Listing listing(session, "violations", {"unit", "node", "type", "number", "rule", "violation"},
                    {{"slot", "SLOT"},
                     {"number", "NUMBER", As::text, {.leaves = 1}},
                     {"rule", "RULE"},
                     {"violation", "VIOLATION", As::text, {.shrinks = true}}});
    std::int64_t checked = 0;
    std::int64_t violating = 0;
    auto now = session.now();
    renewal::each_assessment(home, policy, selection, now, [&](const renewal::Assessment& assessment) {
        const auto& slot = assessment.status.slot.name;
        const auto& in_use = assessment.status.in_use;
        if (in_use) ++checked;
        auto violations = renewal::violations_of(assessment, now);
        if (!violations.empty()) ++violating;
        for (const auto& violation : violations) {
            Row row{{"unit", slot.unit},      {"node", text_or_null(slot.node)},
                    {"type", slot.type},      {"number", in_use ? Value(in_use->facts.number) : Value()},
                    {"rule", violation.rule}, {"violation", violation.what}};
            if (session.format() == OutputFormat::table) row.put("slot", slot.to_string());
            shorten_numbers(session, home.store(), row, {"number"});
            listing.row(row);
        }
    });
    listing.finish();
    for (const auto& issuer : renewal::issuers_ending(home.store(), policy, session.now()))
        if (!issuer.ended) session.warn(issuer.what, {}, issuer.remedy);
    if (violating == 0)
        session.note(fmt::format("{} certificate{} in use, none violates policy", checked, checked == 1 ? "" : "s"));
    else
        session.note(
            fmt::format("{} of {} slots violate policy; what a renewal mends is due: "
                        "rekey certs renew --due --dry-run",
                        violating, std::max(checked, violating)));
    return violating == 0 ? exit_done : exit_refused;
}

}  // namespace

void policy_check(Registry& registry) {
    registry.command("policy check", "List what is in use and violates policy; exit 6 if anything does",
                     [](Command& command) -> Run {
                         auto options = std::make_shared<PolicyCheckOptions>();
                         SelectionWords words;
                         words.states = {"active", "foreign"};
                         words.limit = "Check at most this many slots";
                         add_selection(command, options->selection, words);
                         command.option("--file", "FILE", options->file,
                                        "Judge by this document without loading it; - for standard input");
                         command.example("rekey policy check");
                         command.example("rekey policy check --label site=north '*/iam'");
                         command.example("rekey policy check --file policy.toml", "before it is loaded");
                         command.ending(exit_refused, "Something in use violates policy.");
                         return [options](Session& session) { return check(session, *options); };
                     });
}

}  // namespace rekey::cli
