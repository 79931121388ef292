#include "commands.hpp"
#include "exit_code.hpp"
#include "units_report.hpp"

namespace rekey::cli {

void units_list(Registry& registry) {
    registry.command("units list", "List units and whether they are online", [](Command& command) -> Run {
        auto labels = std::make_shared<std::vector<std::string>>();
        command.options("--label", "K=V", *labels, "Only units with this label; repeatable");
        command.example("rekey units list");
        command.example("rekey units list --label site=north --output csv");
        return [labels](Session& session) {
            Listing listing(session, "units", unit_keys,
                            {{"name", "UNIT"},
                             {"status", "STATUS"},
                             {"offline_since", "OFFLINE SINCE"},
                             {"next_attempt", "NEXT ATTEMPT"},
                             {"must_reconnect_by", "MUST RECONNECT BY"},
                             {"at_risk", "AT RISK", true},
                             {"slots", "SLOTS"},
                             {"labels", "LABELS"},
                             {"address", "ADDRESS"}});
            renewal::each_standing(session.home_for_reading(), session.config(), {}, parse_labels(*labels),
                                   session.now(), [&](const renewal::Standing& unit) { listing.row(unit_json(unit)); });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
