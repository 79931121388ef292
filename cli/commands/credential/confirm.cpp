#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "views/credential_rows.hpp"

namespace rekey::cli {

namespace {

struct CredentialConfirmOptions {
    std::vector<std::string> tenants;
    bool due = false;
    bool accept_different_organization = false;
    PatienceOption patience;
};

/// Silent, for cron, when there was nothing to do or all of it succeeded.
int confirm_all(Session& session, tenants::Context& context) {
    int code = exit_done;
    std::size_t failed = 0;
    auto results = tenants::confirm_due(context);
    for (const auto& result : results) {
        if (!result.problem.empty()) {
            session.warn(fmt::format("{}: {}", result.rotation.tenant, printable(result.problem)),
                         about_tenant(result.rotation.tenant));
            ++failed;
            continue;
        }
        auto told = tell_progress(session, result, true);
        if (told == exit_refused || code == exit_done) code = told;
    }
    if (failed == 0) return code;
    return failed == results.size() ? exit_nothing_done : exit_partly;
}

int confirm_one(Session& session, tenants::Context& context, const CredentialConfirmOptions& options) {
    const auto& tenant = options.tenants.front();
    auto progress = tenants::confirm(context, tenant, options.accept_different_organization);
    if (progress) return tell_progress(session, *progress);
    session.note(fmt::format("{}: there is nothing to confirm", tenant));
    return exit_done;
}

}  // namespace

void credential_confirm(Registry& registry) {
    registry.command("credential confirm",
                     "Prove that new credentials work, and destroy prior keys when their time is over",
                     [](Command& command) -> Run {
                         auto options = std::make_shared<CredentialConfirmOptions>();
                         command.arguments("TENANT", options->tenants, "Tenant");
                         command.flag("--due", options->due, "All tenants for which something is due (for cron)");
                         command.flag("--accept-different-organization", options->accept_different_organization,
                                      "Accept a credential that sees none of this tenant's devices (audited)");
                         options->patience.describe(command);
                         command.example("rekey credential confirm acme");
                         command.example("rekey credential confirm --due", "for cron");
                         command.ending(exit_partly, "With --due: some tenants could not be confirmed.");
                         return [options](Session& session) {
                             if (options->due != options->tenants.empty() || options->tenants.size() > 1)
                                 throw Error(Code::usage, "name one tenant, or --due for all of them",
                                             "rekey credential confirm TENANT, or rekey credential confirm --due");
                             ProviderSession provider_session(session, options->patience);
                             return options->due ? confirm_all(session, provider_session.context())
                                                 : confirm_one(session, provider_session.context(), *options);
                         };
                     });
}

}  // namespace rekey::cli
