#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"

namespace rekey::cli {

void units_remove(Registry& registry) {
    registry.command(
        "units remove", "Forget a unit; its certificates stay in the history", [](Command& command) -> Run {
            auto options = std::make_shared<SelectionOptions>();
            SelectionWords words;
            words.names = "NAME";
            words.about = "Units, and patterns of them ('north-*')";
            words.limit = "At most this many units";
            add_selection(command, *options, words);
            command.example("rekey units remove pump-1");
            command.example("rekey units remove --from sold.txt", "units that a file names, a line each");
            return [options](Session& session) {
                auto& home = session.home_for_writing();
                for (const auto& name : names_of_whole_units(session, home.store(), *options, session.now())) {
                    units::remove(home, name, session.stamp());
                    session.note(fmt::format("{}: removed; what is on the unit was not touched", name),
                                 about_unit(name));
                }
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
