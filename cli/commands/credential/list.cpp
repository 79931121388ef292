#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

void credential_list(Registry& registry) {
    registry.command(
        "credential list", "List credentials in use, and those kept for a rollback", [](Command& command) -> Run {
            auto tenant = std::make_shared<std::string>();
            command.option("--tenant", "T", *tenant, "Only those of this tenant");
            command.example("rekey credential list");
            command.example("rekey credential list --tenant acme");
            return [tenant](Session& session) {
                auto& store = session.home_for_reading().store();
                std::optional<store::Id> id;
                if (!tenant->empty()) id = tenants::get_tenant(store, *tenant).id;
                Listing listing(session, "credentials", credential_keys(), credential_columns);
                store::each_credential(store, id, [&](const store::Credential& credential) {
                    auto state = credential.state;
                    bool over = state == store::CredentialState::retired || state == store::CredentialState::failed;
                    if (!over) listing.object(credential_row(session, credential));
                });
                listing.finish();
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
