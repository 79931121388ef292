#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "views/credential_inputs.hpp"
#include "views/credential_rows.hpp"

namespace rekey::cli {

namespace {

struct CredentialRemoveOptions {
    std::string name;
    std::string confirm;
};

}  // namespace

void credential_remove(Registry& registry) {
    registry.command(
        "credential remove", "Destroy the key of a credential that is not in use", [](Command& command) -> Run {
            auto options = std::make_shared<CredentialRemoveOptions>();
            command.argument("NAME", options->name, "Credential");
            command.option("--confirm", "NAME", options->confirm,
                           "The credential's name again: remove it even while it is kept for going back");
            command.example("rekey credential remove acme-old");
            command.example("rekey credential remove acme-old --confirm acme-old",
                            "also when it is kept for going back");
            return [options](Session& session) {
                const auto& name = options->name;
                if (!options->confirm.empty() && options->confirm != name)
                    throw Error(Code::usage,
                                fmt::format("--confirm '{}' is not '{}'", printable(options->confirm), printable(name)),
                                "give the name of the credential twice");
                auto what = fmt::format("the key of credential '{}' would be destroyed", printable(name));
                if (options->confirm.empty() && can_ask(session)) {
                    tenants::get_credential(session.home_for_reading().store(), name);
                    if (!confirmed(session, name, "", what))
                        throw Error(Code::usage, "not confirmed", "nothing was destroyed");
                }
                ProviderSession provider_session(session, {});
                auto removal = tenants::remove(provider_session.context(), name, !options->confirm.empty());
                if (session.format() != Format::table)
                    print_object(session, credential_row(session, removal.credential));
                session.note(fmt::format("'{}': its key is destroyed; its record is kept as history", printable(name)),
                             about_tenant(removal.credential.tenant));
                tell_log(session, removal.in_log);
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
