#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "views/issuer_rows.hpp"

namespace rekey::cli {

void issuers_list(Registry& registry) {
    registry.command("issuers list", "List the issuers", [](Command& command) -> Run {
        command.example("rekey issuers list");
        return [](Session& session) {
            auto& store = session.home_for_reading().store();
            Listing listing(session, "issuers", keys_of(issuer_row({}, false, {})),
                            {{"name", "ISSUER"},
                             {"default", "DEFAULT", As::text, {.leaves = 2}},
                             {"kind", "KIND", As::text, {.leaves = 1}},
                             {"key", "KEY", As::text, {.leaves = 3}},
                             {"chain_ends_at", "EXPIRES", As::time},
                             {"days_left", "DAYS", As::number},
                             {"subject", "SUBJECT", As::text, {.shrinks = true, .leaves = 4}}});
            auto preset = store::setting(store, "default_issuer");
            for (const auto& issuer : store::issuers(store))
                listing.row(issuer_row(issuer, issuer.name == preset, session.now()));
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
