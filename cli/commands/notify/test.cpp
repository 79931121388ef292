#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/renewal/overview.hpp"

namespace rekey::cli {

void notify_test(Registry& registry) {
    registry.command("notify test", "Run the command of [notify] with an example finding", [](Command& command) -> Run {
        command.example("rekey notify test");
        command.ending(exit_nothing_done, "The command failed, or did not end in time.");
        command.ending(exit_usage, "This machine's configuration has no command for notices.");
        return [](Session& session) {
            if (session.config().notify.command.empty())
                throw Error(Code::usage, "the configuration of this machine has no command to tell people",
                            fmt::format("add it to {}: [notify] with command = \"...\"; see rekey-notify(1)",
                                        printable(session.config_path())));
            renewal::notify_of_example(session.home_path(), session.config().notify, session.now());
            session.note("the command of [notify] took the example");
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
