#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "views/unit_list_rows.hpp"

namespace rekey::cli {

void units_export(Registry& registry) {
    registry.command("units export", "Write units as a list that units add --csv reads", [](Command& command) -> Run {
        auto names = std::make_shared<std::vector<std::string>>();
        command.arguments("UNIT", *names, "Units; all when none is named");
        command.example("rekey units export >units.csv");
        command.example("rekey units export pump-1 pump-2 --output json");
        return [names](Session& session) {
            Listing listing(session, "units", units::unit_list_columns(), {});
            // A table for people is `units list`.
            if (session.format() == Format::table) listing.as_csv(false);
            bool is_flat = listing.format() == Format::csv;
            units::each_listed(session.home_for_reading().store(), *names,
                               [&](const units::ListedUnit& unit) { listing.row(listed_unit_json(unit, is_flat)); });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
