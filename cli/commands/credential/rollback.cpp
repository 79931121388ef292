#include "command/commands.hpp"
#include "questions/credential_inputs.hpp"
#include "views/credential_rows.hpp"

namespace rekey::cli {

namespace {

struct CredentialRollbackOptions {
    std::string tenant;
    bool offline = false;
    PatienceOption patience;
};

}  // namespace

void credential_rollback(Registry& registry) {
    registry.command("credential rollback", "Make the prior credential active again", [](Command& command) -> Run {
        auto options = std::make_shared<CredentialRollbackOptions>();
        command.argument("TENANT", options->tenant, "Tenant");
        command.flag("--offline", options->offline, "Do not ask the provider whether it still works");
        options->patience.describe(command);
        command.example("rekey credential rollback acme");
        return [options](Session& session) {
            ProviderSession provider_session(session, options->patience);
            return tell_progress(session,
                                 tenants::roll_back(provider_session.context(), options->tenant, options->offline));
        };
    });
}

}  // namespace rekey::cli
