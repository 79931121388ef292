#include <optional>

#include "commands.hpp"
#include "exit_code.hpp"
#include "units_report.hpp"

namespace rekey::cli {

void units_show(Registry& registry) {
    registry.command("units show", "Show one unit", [](Command& command) -> Run {
        auto name = std::make_shared<std::string>();
        command.argument("NAME", *name, "Unit");
        command.example("rekey units show pump-1");
        return [name](Session& session) {
            auto& home = session.home_for_reading();
            get_unit(home.store(), *name);
            std::optional<renewal::Standing> standing;
            renewal::each_standing(home, session.config(), {*name}, {}, session.now(),
                                   [&](const renewal::Standing& unit) { standing = unit; });
            if (standing) print_object(session, unit_json(*standing));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
