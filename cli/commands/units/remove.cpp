#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"

namespace rekey::cli {

void units_remove(Registry& registry) {
    registry.command(
        "units remove", "Forget a unit; its certificates stay in the history", [](Command& command) -> Run {
            auto name = std::make_shared<std::string>();
            command.argument("NAME", *name, "Unit");
            command.example("rekey units remove pump-1");
            return [name](Session& session) {
                units::remove(session.home_for_writing(), *name, session.stamp());
                session.note(fmt::format("{}: removed; what is on the unit was not touched", *name), about_unit(*name));
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
