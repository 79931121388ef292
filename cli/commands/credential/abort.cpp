#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/tenants/credentials.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

void credential_abort(Registry& registry) {
    registry.command("credential abort", "Cancel a rotation before its cut-over", [](Command& command) -> Run {
        auto tenant = std::make_shared<std::string>();
        command.argument("TENANT", *tenant, "Tenant");
        command.example("rekey credential abort acme");
        return [tenant](Session& session) {
            ProviderSession provider_session(session, {});
            bool aborted = tenants::abort(provider_session.context(), *tenant);
            if (session.format() != OutputFormat::table)
                print_object(session, {{"tenant", *tenant}, {"aborted", aborted}});
            session.note(fmt::format("{}: {}", *tenant,
                                     aborted ? "the rotation is given up; the old credential stays in use"
                                             : "there is no rotation to abort"),
                         about_tenant(*tenant));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
