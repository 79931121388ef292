#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/home/home.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

void seal_show(Registry& registry) {
    registry.command("seal show", "Show how the secrets of the home are sealed", [](Command& command) -> Run {
        command.example("rekey seal show");
        return [](Session& session) {
            auto state = seal_state(session.home_for_reading());
            print_object(session, {{"key_id", state.key_id},
                                   {"under_passphrase", state.under_passphrase},
                                   {"values", state.values},
                                   {"strange", state.strange}});
            return state.strange == 0 ? exit_done : exit_refused;
        };
    });
}

}  // namespace rekey::cli
