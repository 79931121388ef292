#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "views/credential_inputs.hpp"
#include "views/credential_rows.hpp"

namespace rekey::cli {

namespace {

struct TenantsRemoveOptions {
    std::string name;
    std::string confirm;
};

}  // namespace

void tenants_remove(Registry& registry) {
    registry.command(
        "tenants remove", "Remove a tenant with its credentials, devices, coverage and history",
        [](Command& command) -> Run {
            auto options = std::make_shared<TenantsRemoveOptions>();
            command.argument("NAME", options->name, "Tenant");
            command.option("--confirm", "NAME", options->confirm, "The tenant's name again, to confirm");
            command.example("rekey tenants remove acme --confirm acme", "the name is given twice");
            return [options](Session& session) {
                tenants::get_tenant(session.home_for_reading().store(), options->name);
                auto what = fmt::format("all data of tenant '{}' would be gone", options->name);
                if (!confirmed(session, options->name, options->confirm, what))
                    throw Error(Code::usage, what,
                                fmt::format("if that is meant: rekey tenants remove {0} --confirm {0}", options->name));
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
