#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

void tenants_list(Registry& registry) {
    registry.command("tenants list", "List tenants with what they have", [](Command& command) -> Run {
        command.example("rekey tenants list");
        return [](Session& session) {
            auto& store = session.home_for_reading().store();
            Listing listing(session, "tenants", {"name", "active_credential", "devices", "coverage", "rotation"},
                            {{"name", "TENANT"},
                             {"active_credential", "CREDENTIAL"},
                             {"devices", "DEVICES", As::number},
                             {"coverage", "COVERAGE", As::number, {.leaves = 1}},
                             {"rotation", "ROTATION", As::text, {.shrinks = true}}});
            for (const auto& tenant : store::tenants(store)) listing.object(tenant_row(session, store, tenant));
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
