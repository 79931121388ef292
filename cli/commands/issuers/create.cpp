#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/issuers/issuers.hpp"

namespace rekey::cli {

void issuers_create(Registry& registry) {
    registry.command("issuers create", "Make another local CA", [](Command& command) -> Run {
        struct IssuersCreateOptions {
            std::string name;
            std::string key = issuers::default_ca_key;
        };
        auto options = std::make_shared<IssuersCreateOptions>();
        command.argument("NAME", options->name, "Issuer").takes(Values::text);
        command.option("--key", "KIND", options->key, "Kind of its key, as in rekey-policy(5)");
        command.example("rekey issuers create backup");
        command.example("rekey issuers create quantum --key ml-dsa-65",
                        "a CA whose key also resists quantum computers");
        return [options](Session& session) {
            auto issuer = issuers::create(session.home_for_writing(), options->name, session.stamp(), options->key);
            session.note(fmt::format("made issuer '{}', {}, which expires {}", issuer.name, issuer.facts.subject,
                                     to_rfc3339(issuer.facts.not_after)));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
