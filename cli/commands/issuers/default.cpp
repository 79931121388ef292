#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/issuers/issuers.hpp"

namespace rekey::cli {

void issuers_default(Registry& registry) {
    registry.command("issuers default", "Make this issuer the default", [](Command& command) -> Run {
        auto name = std::make_shared<std::string>();
        command.argument("NAME", *name, "Issuer");
        command.example("rekey issuers default company");
        return [name](Session& session) {
            issuers::set_default(session.home_for_writing(), *name, session.stamp());
            session.note(
                fmt::format("issuer '{}' is the default; what others signed is due now, see: "
                            "rekey certs renew --due --dry-run",
                            *name));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
