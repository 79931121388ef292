#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/store/fleet.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

void policy_history(Registry& registry) {
    registry.command(
        "policy history", "List the revisions of the policy: when, by whom and why", [](Command& command) -> Run {
            command.example("rekey policy history");
            return [](Session& session) {
                Listing listing(session, "revisions", {"revision", "loaded_at", "actor", "comment"},
                                {{"revision", "REVISION", As::number},
                                 {"loaded_at", "LOADED", As::time},
                                 {"actor", "ACTOR"},
                                 {"comment", "COMMENT", As::text, {.shrinks = true}}});
                store::each_policy_revision(session.home_for_reading().store(), [&](const store::PolicyRevision& each) {
                    listing.row({{"revision", each.revision},
                                 {"loaded_at", each.loaded_at},
                                 {"actor", each.actor},
                                 {"comment", text_or_null(each.comment)}});
                });
                listing.finish();
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
