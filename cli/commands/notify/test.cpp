#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/renewal/overview.hpp"

namespace rekey::cli {

void notify_test(Registry& registry) {
    registry.command("notify test", "Run the command of [notify] with an example finding", [](Command& command) -> Run {
        command.example("rekey notify test");
        command.ending(exit_nothing_done, "The command failed, or did not end in time.");
        command.ending(exit_usage, "This machine's configuration has no command for notices.");
        return [](Session& session) {
            renewal::notify_of_example(session.home_path(), session.config().notify, session.now());
            session.note("the command of [notify] took the example");
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
