#include "commands.hpp"
#include "credential_rows.hpp"
#include "exit_code.hpp"

namespace rekey::cli {

void tenants_list(Registry& registry) {
    registry.command("tenants list", "List tenants with what they have", [](Command&) -> Run {
        return [](Session& session) {
            auto& store = session.home_for_reading().store();
            Listing listing(session, "tenants", {"name", "active_credential", "devices", "coverage", "rotation"},
                            {{"name", "TENANT"},
                             {"active_credential", "CREDENTIAL"},
                             {"devices", "DEVICES", true},
                             {"coverage", "COVERAGE", true},
                             {"rotation", "ROTATION"}});
            for (const auto& tenant : store::tenants(store)) {
                auto row = tenant_json(store, tenant);
                bool flat = session.format() == Format::table || session.format() == Format::csv;
                if (flat) row["rotation"] = rotation_word(tenants::current_rotation(store, tenant.id));
                listing.row(row);
            }
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
