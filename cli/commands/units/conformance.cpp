#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/units/units.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

struct UnitsConformanceOptions {
    std::string address;
    std::string slot;
    std::string key = "ec-p256";
};

}  // namespace

void units_conformance(Registry& registry) {
    registry.command(
        "units conformance", "Test the helper of a scratch unit, rule by rule", [](Command& command) -> Run {
            auto options = std::make_shared<UnitsConformanceOptions>();
            command.argument("ADDRESS", options->address,
                             "Address of a unit behind a helper: SCHEME:REST or ssh://host/path");
            command.option("--slot", "T", options->slot, "Slot to use, which must be empty: TYPE or NODE/TYPE");
            command.option("--key", "KIND", options->key, "Kind of the keys to make");
            command.example("rekey units conformance demo:scratch", "a helper rekey-unit-demo of your own");
            command.ending(exit_refused, "A rule of the protocol is broken.");
            return [options](Session& session) {
                units::Trial trial;
                trial.address = options->address;
                if (!options->slot.empty()) trial.slot = units::parse_declared(options->slot, "");
                trial.key = options->key;
                trial.reaching = session.reaching();
                trial.now = session.now();
                int kept = 0;
                int broken = 0;
                Listing listing(session, "rules", {"rule", "result", "says", "detail"},
                                {{"rule", "RULE"},
                                 {"result", "RESULT"},
                                 {"says", "SAYS", As::text, {.shrinks = true}},
                                 {"detail", "DETAIL"}});
                units::try_rules(trial, [&](const units::RuleResult& result) {
                    ++(result.passed ? kept : broken);
                    listing.row({{"rule", result.rule},
                                 {"result", result.passed ? "pass" : "fail"},
                                 {"says", result.says},
                                 {"detail", result.detail}});
                });
                listing.finish();
                session.note(broken == 0 ? fmt::format("all {} rules are kept", kept)
                                         : fmt::format("{} of {} rules are broken", broken, kept + broken));
                return broken == 0 ? exit_done : exit_refused;
            };
        });
}

}  // namespace rekey::cli
