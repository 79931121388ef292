#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/policy/explanation.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

void policy_show(Registry& registry) {
    registry.command("policy show", "Show every rule, table by table, as configured", [](Command& command) -> Run {
        command.example("rekey policy show");
        return [](Session& session) {
            Listing listing(session, "rules", {"table", "key", "value"},
                            {{"table", "TABLE"}, {"key", "KEY"}, {"value", "VALUE"}});
            for (const auto& setting : policy::settings(session.policy()))
                listing.row({{"table", setting.source}, {"key", setting.key}, {"value", setting.value}});
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
