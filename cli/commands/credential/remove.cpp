#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/confirmation.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

namespace {

struct CredentialRemoveOptions {
    std::string name;
    Confirmation confirmation;
};

/// Whether what was confirmed includes the way back: a script's `--yes` does, and an answer does where the question
/// said so.
bool confirm_removal(Session& session, const CredentialRemoveOptions& options) {
    auto loss = tenants::loss_by_removing(session.home_for_reading().store(), options.name);
    auto what = fmt::format("the key of credential '{}' would be destroyed", printable(options.name));
    if (loss.way_back_until)
        what += fmt::format("; tenant '{}' can go back to it until {}, and could not any more", loss.credential.tenant,
                            to_rfc3339(*loss.way_back_until));
    options.confirmation.require(session, what, options.name);
    return options.confirmation.is_given() || loss.way_back_until.has_value();
}

}  // namespace

void credential_remove(Registry& registry) {
    registry.command(
        "credential remove", "Destroy the key of a credential that is not in use", [](Command& command) -> Run {
            auto options = std::make_shared<CredentialRemoveOptions>();
            command.argument("NAME", options->name, "Credential");
            options->confirmation.describe(command);
            options->confirmation.accept_confirm(command);
            command.example("rekey credential remove acme-old");
            command.example("rekey credential remove acme-old --yes", "in a script; also if it is kept for a rollback");
            return [options](Session& session) {
                const auto& name = options->name;
                bool way_back_too = confirm_removal(session, *options);
                ProviderSession provider_session(session, {});
                auto removal = tenants::remove(provider_session.context(), name, way_back_too);
                if (session.format() != OutputFormat::table)
                    print_object(session, credential_row(session, removal.credential));
                session.note(fmt::format("'{}': its key is destroyed; its record is kept as history", printable(name)),
                             about_tenant(removal.credential.tenant));
                tell_log(session, removal.in_log);
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
