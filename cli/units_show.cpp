#include "commands.hpp"
#include "exit_code.hpp"
#include "units_report.hpp"

namespace rekey::cli {

void units_show(Registry& registry) {
    registry.command("units show", "Show one unit", [](CLI::App& app) -> Run {
        auto name = std::make_shared<std::string>();
        app.add_option("NAME", *name, "Unit")->required();
        return [name](Session& session) {
            auto& store = session.home_for_reading().store();
            print_object(session, unit_json(store, get_unit(store, *name)));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
