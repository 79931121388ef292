#include <optional>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/names.hpp"
#include "views/units_report.hpp"

namespace rekey::cli {

void units_show(Registry& registry) {
    registry.command("units show", "Show one unit", [](Command& command) -> Run {
        auto name = std::make_shared<std::string>();
        command.argument("NAME", *name, "Unit");
        command.example("rekey units show pump-1");
        return [name](Session& session) {
            auto& home = session.home_for_reading();
            require_name(*name, "unit");
            auto named = units::get_unit_once_named(home.store(), *name);
            auto found = Json::array();
            for (const auto& slot : units::found_places(home.store(), named)) found.push_back(slot.name.on_unit());
            std::optional<Json> object;
            renewal::each_unit_summary(home, session.current_policy(), {*name}, session.now(),
                                       [&](const renewal::UnitSummary& unit) { object = unit_json(unit); });
            if (!object) return exit_done;
            (*object)["found"] = found;
            print_object(session, *object);
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
