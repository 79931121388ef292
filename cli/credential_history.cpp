#include <fmt/format.h>

#include "commands.hpp"
#include "credential_rows.hpp"
#include "exit_code.hpp"

namespace rekey::cli {

namespace {

void print_rotations(store::Store& store, const Session& session, const store::Tenant& tenant) {
    Listing listing(session, "rotations", {},
                    {{"started_at", "ROTATION"},
                     {"from", "FROM"},
                     {"to", "TO"},
                     {"state", "STATE"},
                     {"cut_over_at", "CUT OVER"},
                     {"confirmed_at", "CONFIRMED"},
                     {"prior_destroyed_at", "PRIOR DESTROYED"},
                     {"cause", "CAUSE"}});
    for (const auto& rotation : store::rotations_of(store, tenant.id)) listing.row(rotation_json(store, rotation));
    listing.finish();
}

}  // namespace

void credential_history(Registry& registry) {
    registry.command("credential history", "List all credentials and rotations that a tenant ever had",
                     [](Command& command) -> Run {
                         auto name = std::make_shared<std::string>();
                         command.argument("TENANT", *name, "Tenant");
                         return [name](Session& session) {
                             auto& store = session.home_for_reading().store();
                             store::Snapshot snapshot(store);
                             auto tenant = tenants::get_tenant(store, *name);
                             Listing listing(session, "credentials", credential_keys, credential_columns);
                             Json rotations = Json::array();
                             for (const auto& rotation : store::rotations_of(store, tenant.id))
                                 rotations.push_back(rotation_json(store, rotation));
                             listing.head({{"tenant", tenant.name}, {"rotations", rotations}});
                             store::each_credential(store, tenant.id, [&](const store::Credential& credential) {
                                 listing.row(credential_row(session, credential));
                             });
                             listing.finish();
                             if (session.format() == Format::table && !rotations.empty()) {
                                 write_out("\n");
                                 print_rotations(store, session, tenant);
                             }
                             return exit_done;
                         };
                     });
}

}  // namespace rekey::cli
