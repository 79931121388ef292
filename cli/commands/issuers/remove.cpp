#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/confirmation.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/renewal/overview.hpp"
#include "rekey/tenants/credentials.hpp"
#include "views/credential_rows.hpp"

namespace rekey::cli {

namespace {

struct IssuersRemoveOptions {
    std::string name;
    Confirmation confirmation;
};

/// What policy names has to be there.
void require_not_in_policy(store::Reader& store, const std::string& name) {
    auto table = policy::table_with_issuer(renewal::current_policy(store), name);
    if (!table.empty())
        throw Error(Code::refused, fmt::format("policy names issuer '{}' in {}", name, table),
                    "take it out first: rekey policy edit");
}

}  // namespace

void issuers_remove(Registry& registry) {
    registry.command(
        "issuers remove", "Destroy the key of a CA that nothing uses; what it signed stays in the history",
        [](Command& command) -> Run {
            auto options = std::make_shared<IssuersRemoveOptions>();
            command.argument("NAME", options->name, "Issuer");
            options->confirmation.describe(command);
            command.example("rekey issuers remove old");
            command.ending(exit_refused, "Something uses it.");
            return [options](Session& session) {
                const auto& name = options->name;
                auto& home = session.home_for_writing();
                auto issuer = issuers::get(home.store(), name);
                issuers::require_removable(home.store(), issuer);
                require_not_in_policy(home.store(), name);
                options->confirmation.require(
                    session,
                    fmt::format("the key of issuer '{}', {}, would be destroyed: it could sign nothing more, no list "
                                "either, so that nothing that it signed could be revoked any more",
                                name, issuer.facts.subject),
                    name);
                issuers::remove(home, name, session.stamp(),
                                [&](store::Reader& store) { require_not_in_policy(store, name); });
                session.note(fmt::format(
                    "issuer '{}': removed; what it signed stays in the history, and its last list as it is", name));
                tell_log(session, !tenants::finish_destroying(home.store()));
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
