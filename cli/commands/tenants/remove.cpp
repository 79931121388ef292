#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/confirmation.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "views/credential_rows.hpp"

namespace rekey::cli {

namespace {

struct TenantsRemoveOptions {
    std::string name;
    Confirmation confirmation;
};

}  // namespace

void tenants_remove(Registry& registry) {
    registry.command("tenants remove", "Remove a tenant with its credentials, devices, coverage and history",
                     [](Command& command) -> Run {
                         auto options = std::make_shared<TenantsRemoveOptions>();
                         command.argument("NAME", options->name, "Tenant");
                         options->confirmation.describe(command);
                         options->confirmation.accept_confirm(command);
                         command.example("rekey tenants remove acme", "it asks for the name again");
                         command.example("rekey tenants remove acme --yes", "in a script");
                         return [options](Session& session) {
                             tenants::get_tenant(session.home_for_reading().store(), options->name);
                             options->confirmation.require(
                                 session, fmt::format("all data of tenant '{}' would be gone", options->name),
                                 options->name);
                             ProviderSession provider_session(session, {});
                             bool gone = tenants::remove_tenant(provider_session.context(), options->name);
                             session.note(fmt::format("{}: removed with all of its data", options->name),
                                          about_tenant(options->name));
                             tell_log(session, !gone);
                             return exit_done;
                         };
                     });
}

}  // namespace rekey::cli
