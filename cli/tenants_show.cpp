#include "commands.hpp"
#include "credential_rows.hpp"
#include "exit_code.hpp"
#include "rekey/store/records.hpp"

namespace rekey::cli {

void tenants_show(Registry& registry) {
    registry.command("tenants show", "Show one tenant, and its rotation if one is under way",
                     [](Command& command) -> Run {
                         auto name = std::make_shared<std::string>();
                         command.argument("NAME", *name, "Tenant");
                         return [name](Session& session) {
                             auto& store = session.home_for_reading().store();
                             auto tenant = tenants::get_tenant(store, *name);
                             auto object = tenant_row(session, store, tenant);
                             object["inactive_devices"] = store::count_records(store, tenant.id).inactive;
                             object["created_at"] = to_rfc3339(tenant.created_at);
                             print_object(session, object);
                             return exit_done;
                         };
                     });
}

}  // namespace rekey::cli
