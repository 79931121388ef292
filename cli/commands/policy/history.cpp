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
                bool any = false;
                store::each_policy_revision(session.home_for_reading().store(), [&](const store::PolicyRevision& each) {
                    any = true;
                    listing.row({{"revision", each.revision},
                                 {"loaded_at", each.loaded_at},
                                 {"actor", each.actor},
                                 {"comment", text_or_null(each.comment)}});
                });
                listing.finish();
                if (!any) session.note("no policy was loaded into this home; the built-in rules hold");
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
