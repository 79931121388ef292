#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

void certs_history(Registry& registry) {
    registry.command(
        "certs history", "Show the way of a slot from number to number: when, why, who", [](Command& command) -> Run {
            auto name = std::make_shared<std::string>();
            command.argument("SLOT", *name, "UNIT/TYPE or UNIT/NODE/TYPE");
            command.example("rekey certs history pump-1/online");
            return [name](Session& session) {
                auto& store = session.home_for_reading().store();
                auto slot = units::get_slot(store, parse_slot(*name));
                Listing listing(session, "history",
                                {"old_number", "new_number", "at", "reason", "state", "actor", "comment"},
                                {{"at", "AT"},
                                 {"old_number", "OLD NUMBER", As::text, {.leaves = 2}},
                                 {"new_number", "NEW NUMBER"},
                                 {"reason", "REASON", As::text, {.leaves = 4}},
                                 {"state", "STATE"},
                                 {"actor", "BY", As::text, {.leaves = 3}},
                                 {"comment", "COMMENT", As::text, {.shrinks = true, .leaves = 1}}});
                for (const auto& certificate : store::history_of(store, slot.id)) {
                    const auto& before = certificate.predecessor;
                    listing.row({{"old_number", before.empty() ? Json() : Json(before)},
                                 {"new_number", certificate.facts.number},
                                 {"at", to_rfc3339(certificate.recorded_at)},
                                 {"reason", certificate.reason ? Json(store::to_string(*certificate.reason)) : Json()},
                                 {"state", store::to_string(certificate.state)},
                                 {"actor", certificate.actor},
                                 {"comment", certificate.comment}});
                }
                listing.finish();
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
