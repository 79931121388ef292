#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"

namespace rekey::cli {

namespace {

struct UnitsRenameOptions {
    std::string name;
    std::string new_name;
};

}  // namespace

void units_rename(Registry& registry) {
    registry.command("units rename", "Give a unit another name", [](Command& command) -> Run {
        auto options = std::make_shared<UnitsRenameOptions>();
        command.argument("OLD", options->name, "Unit").takes(Values::unit);
        command.argument("NEW", options->new_name, "Its new name").takes(Values::text);
        command.example("rekey units rename pump-1 pump-north-1");
        command.ending(exit_refused, "Another unit has that name.");
        return [options](Session& session) {
            auto unit = units::rename(session.home_for_writing(), options->name, options->new_name, session.stamp());
            session.note(fmt::format("{}: renamed to {}; its certificates and their history stay with it",
                                     options->name, unit.name),
                         about_unit(unit.name));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
