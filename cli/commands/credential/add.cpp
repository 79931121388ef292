#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

namespace {

struct CredentialAddOptions {
    std::string name;
    std::string tenant;
    std::string scope;
    std::string token_url;
    std::string audience;
    std::string api_url;
    bool offline = false;
    CredentialOptions credential;
    PatienceOption patience;
};

/// Of clients that say it themselves it is not asked for.
std::string choose_scope(const Session& session, const CredentialAddOptions& options, const std::string& client_id) {
    constexpr const char* usual = "business";
    if (!options.scope.empty()) return options.scope;
    auto said = tenants::scope_of_client(client_id);
    if (said.empty() || said == usual) return usual;
    session.note(fmt::format("the scope is {}, as client ID {} says", said, printable(client_id)));
    return said;
}

}  // namespace

void credential_add(Registry& registry) {
    registry.command("credential add", "Add the first credential of a tenant", [](Command& command) -> Run {
        auto options = std::make_shared<CredentialAddOptions>();
        command.argument("NAME", options->name, "Name of the credential").takes(Values::text);
        options->credential.describe(command);
        command.option("--tenant", "NAME", options->tenant, "Tenant that it belongs to, made if missing [NAME]");
        command.option("--scope", "SCOPE", options->scope,
                       "business, school, or another scope with its URLs [from the client ID, else business]");
        command.option("--token-url", "URL", options->token_url, "URL of the token endpoint");
        command.option("--audience", "A", options->audience, "Audience of assertions");
        command.option("--api-url", "URL", options->api_url, "URL of the devices API");
        command.flag("--offline", options->offline, "Do not ask the provider");
        options->patience.describe(command);
        command.example("rekey credential add acme --client-id BUSINESSAPI.1 --key-id key-1 --key acme.pem");
        return [options](Session& session) {
            auto tenant = options->tenant.empty() ? options->name : options->tenant;
            if (options->tenant.empty() && !is_name(tenant))
                throw Error(Code::usage, fmt::format("'{}' is not a name for a tenant", printable(tenant)),
                            "give the tenant one: --tenant NAME");
            auto input = options->credential.read(
                session, fmt::format("rekey credential add {} --client-id ID --key-id ID --key FILE", options->name));
            input.name = options->name;
            auto scope = choose_scope(session, *options, input.client_id);
            auto endpoints = tenants::endpoints(scope, options->token_url, options->audience, options->api_url);
            ProviderSession provider_session(session, options->patience);
            auto added = tenants::add(provider_session.context(), tenant, input, endpoints, options->offline);
            if (session.format() != OutputFormat::table)
                print_object(session, credential_row(session, added.credential));
            session.note(fmt::format("{}: '{}' is {}", tenant, printable(options->name),
                                     added.already      ? "the active credential already"
                                     : options->offline ? "active, not verified yet"
                                                        : "active"),
                         about_tenant(tenant));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
