#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

namespace {

struct TenantsSetOptions {
    std::string name;
    EndpointOptions endpoints;
    bool offline = false;
    bool accept_different_organization = false;
    PatienceOption patience;
};

int set(Session& session, const TenantsSetOptions& options) {
    if (!options.endpoints.changes.any())
        throw Error(Code::usage, "what is to be set?",
                    fmt::format("as rekey tenants set {} --scope school", options.name));
    ProviderSession provider_session(session, options.patience);
    auto result = tenants::set_endpoints(provider_session.context(), options.name, options.endpoints.changes,
                                         options.offline, options.accept_different_organization);
    const auto& credential = result.credential;
    if (session.format() != OutputFormat::table) {
        auto object = credential_row(session, credential);
        object["token_url"] = credential.token_url;
        object["audience"] = credential.audience;
        object["api_url"] = credential.api_url;
        object["changed"] = !result.unchanged;
        print_object(session, object);
    }
    session.note(
        fmt::format("{}: {} scope {}, tokens from {}, devices from {}{}", options.name,
                    result.unchanged ? "as it was:" : "set:", credential.scope, credential.token_url,
                    credential.api_url, options.offline && !result.unchanged ? "; the provider was not asked" : ""),
        about_tenant(options.name));
    return exit_done;
}

}  // namespace

void tenants_set(Registry& registry) {
    registry.command("tenants set", "Change the scope and the URLs of a tenant", [](Command& command) -> Run {
        auto options = std::make_shared<TenantsSetOptions>();
        command.argument("NAME", options->name, "Tenant");
        options->endpoints.describe(command);
        command.flag("--offline", options->offline, "Do not ask the provider; the next sync does so first");
        command.flag("--accept-different-organization", options->accept_different_organization,
                     "Accept a credential that sees none of this tenant's devices (audited)");
        options->patience.describe(command);
        command.example("rekey tenants set district --scope school");
        command.ending(exit_refused, "The provider refuses it, or it does not fit the client ID; nothing was changed.");
        return [options](Session& session) { return set(session, *options); };
    });
}

}  // namespace rekey::cli
