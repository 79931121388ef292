#include "commands.hpp"
#include "exit_code.hpp"
#include "units_report.hpp"

namespace rekey::cli {

void units_show(Registry& registry) {
    registry.command("units show", "Show one unit", [](Command& command) -> Run {
        auto name = std::make_shared<std::string>();
        command.argument("NAME", *name, "Unit");
        return [name](Session& session) {
            auto& store = session.home_for_reading().store();
            print_object(session, unit_json(store, get_unit(store, *name)));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
