#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/credential_inputs.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

namespace {

struct CredentialRotateOptions {
    std::string credential;
    std::optional<std::string> name;
    std::string keep_prior = "24h";
    bool offline = false;
    bool dry_run = false;
    bool accept_different_organization = false;
    CredentialOptions inputs;
    EndpointOptions endpoints;
    WhyOptions why;
    PatienceOption patience;
};

tenants::RotationRequest make_request(Session& session, const CredentialRotateOptions& options) {
    tenants::RotationRequest request;
    request.credential = options.credential;
    request.keep_prior = parse_period(options.keep_prior, "--keep-prior").approximate();
    request.offline = options.offline;
    request.accept_different_organization = options.accept_different_organization;
    request.endpoints = options.endpoints.changes;
    request.reason = options.why.reason;
    request.comment = options.why.comment;
    auto instead = fmt::format("rekey credential rotate {} --client-id ID --key-id ID --key FILE", options.credential);
    // As the first question, where there are questions.
    auto name = options.name;
    if (!name && !options.inputs.complete() && can_ask(session)) {
        auto current = tenants::get_credential(session.home_for_writing().store(), options.credential);
        name = ask_line("Name", current.name, "as " + instead);
    }
    request.input = options.inputs.read(session, instead);
    request.input.name = name.value_or("");
    return request;
}

int tell_plan(const Session& session, const tenants::RotationPlan& plan) {
    auto old = printable(plan.old.name);
    if (session.format() != OutputFormat::table) {
        auto ids = [](const store::Credential& credential) {
            return Json{{"name", credential.name}, {"client_id", credential.client_id}, {"key_id", credential.key_id}};
        };
        const char* would = plan.nothing_to_do ? "nothing" : plan.continues ? "continue" : "replace";
        print_object(session,
                     {{"tenant", plan.old.tenant}, {"would", would}, {"old", ids(plan.old)}, {"new", ids(plan.fresh)}});
    }
    if (plan.nothing_to_do)
        session.note(fmt::format("{}: '{}' is the active credential already", plan.old.tenant, old),
                     about_tenant(plan.old.tenant));
    else
        session.note(fmt::format("{}: would {} '{}' (client ID {}) by '{}' (client ID {})", plan.old.tenant,
                                 plan.continues ? "go on replacing" : "replace", old, plan.old.client_id,
                                 printable(plan.fresh.name), plan.fresh.client_id),
                     about_tenant(plan.old.tenant));
    if (plan.same_key) warn_of_same_key(session, plan.old.tenant);
    return exit_done;
}

}  // namespace

void credential_rotate(Registry& registry) {
    registry.command(
        "credential rotate", "Replace the active credential of a tenant, verified first", [](Command& command) -> Run {
            auto options = std::make_shared<CredentialRotateOptions>();
            command.argument("NAME", options->credential, "Credential to replace");
            options->inputs.describe(command);
            command.option("--name", "NEW", options->name, "Name of the new one [the same]");
            options->endpoints.describe(command);
            command.option("--keep-prior", "P", options->keep_prior, "How long a rollback stays possible [24h]");
            command.flag("--offline", options->offline, "Make only the checks that need no network");
            command.flag("--accept-different-organization", options->accept_different_organization,
                         "Accept a credential that sees none of this tenant's devices (audited)");
            options->why.describe(command);
            command.flag("-n,--dry-run", options->dry_run, "Show what would be done; change nothing");
            options->patience.describe(command);
            command.example("rekey credential rotate acme --client-id BUSINESSAPI.2 --key-id key-2 --key new.pem");
            command.example(
                "rekey credential rotate acme --client-id BUSINESSAPI.2 --key-id key-2 --key new.pem --dry-run",
                "check, but change nothing");
            return [options](Session& session) {
                auto request = make_request(session, *options);
                ProviderSession provider_session(session, options->patience);
                if (options->dry_run) return tell_plan(session, tenants::plan(provider_session.context(), request));
                return tell_progress(session, tenants::rotate(provider_session.context(), request));
            };
        });
}

}  // namespace rekey::cli
