#include "commands.hpp"
#include "exit_code.hpp"
#include "units_report.hpp"

namespace rekey::cli {

void units_list(Registry& registry) {
    registry.command("units list", "List units and whether they are online", [](Command& command) -> Run {
        auto labels = std::make_shared<std::vector<std::string>>();
        command.options("--label", "K=V", *labels, "Only units with this label; repeatable");
        return [labels](Session& session) {
            auto& store = session.home_for_reading().store();
            Listing listing(session, "units", unit_keys,
                            {{"name", "UNIT"},
                             {"status", "STATUS"},
                             {"offline_since", "OFFLINE SINCE"},
                             {"next_attempt", "NEXT ATTEMPT"},
                             {"slots", "SLOTS"},
                             {"labels", "LABELS"},
                             {"address", "ADDRESS"}});
            store::each_unit(store, parse_labels(*labels),
                             [&](const store::Unit& unit) { listing.row(unit_json(store, unit)); });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
