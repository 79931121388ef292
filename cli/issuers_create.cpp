#include <fmt/format.h>

#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/issuers/issuers.hpp"

namespace rekey::cli {

void issuers_create(Registry& registry) {
    registry.command("issuers create", "Make a further local CA", [](Command& command) -> Run {
        auto name = std::make_shared<std::string>();
        command.argument("NAME", *name, "Issuer").takes(Values::text);
        command.example("rekey issuers create backup");
        return [name](Session& session) {
            auto issuer = issuers::create(session.home_for_writing(), *name, session.stamp());
            session.note(fmt::format("made issuer '{}', {}, which expires {}", issuer.name, issuer.facts.subject,
                                     to_rfc3339(issuer.facts.not_after)));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
