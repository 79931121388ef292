#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "views/units_report.hpp"

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
                             {"offline_since", "OFFLINE SINCE", As::time, {.leaves = 4}},
                             {"next_attempt", "NEXT ATTEMPT", As::time, {.leaves = 3}},
                             {"must_reconnect_by", "MUST RECONNECT BY", As::time, {.leaves = 5}},
                             {"at_risk", "AT RISK", As::number},
                             {"slots", "SLOTS", As::text, {.shrinks = true, .leaves = 6}},
                             {"labels", "LABELS", As::text, {.shrinks = true, .leaves = 1}},
                             {"address", "ADDRESS", As::text, {.leaves = 2}}});
            renewal::each_unit_summary(session.home_for_reading(), session.config(), {}, parse_labels(*labels),
                                       session.now(),
                                       [&](const renewal::UnitSummary& unit) { listing.row(unit_json(unit)); });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
