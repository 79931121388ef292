#include <fmt/format.h>

#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/issuers/issuers.hpp"

namespace rekey::cli {

void init(Registry& registry) {
    registry.command("init", "Make a home, with a local CA", [](Command& command) -> Run {
        auto organization = std::make_shared<std::string>();
        command.option("--organization", "NAME", *organization, "Name that subjects of certificates carry");
        return [organization](Session& session) {
            bool made = false;
            auto home = Home::create(session.home_path(), *organization, session.stamp(), made);
            // A home whose making was interrupted lacks its issuer only.
            bool first = store::issuers(home.store()).empty();
            if (first) issuers::create(home, "local", session.stamp());
            session.note(made || first ? fmt::format("made a home at {}, with issuer 'local'", home.path())
                                       : fmt::format("{} is a home already", home.path()));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
