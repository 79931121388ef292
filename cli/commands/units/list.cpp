#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "reports/units_report.hpp"

namespace rekey::cli {

void units_list(Registry& registry) {
    registry.command("units list", "List units and whether they are online", [](Command& command) -> Run {
        auto options = std::make_shared<SelectionOptions>();
        SelectionWords words;
        words.names = "UNIT";
        words.about = "Units, slots, or patterns such as 'north-*' and '*/iam'; all if none is named";
        words.limit = "At most this many units";
        add_selection(command, *options, words);
        command.example("rekey units list");
        command.example("rekey units list --label site=north --output csv");
        command.example("rekey units list 'north-*' --type iam --expiring 30d",
                        "those whose iam certificate ends soon");
        return [options](Session& session) {
            Listing listing(session, "units", unit_keys,
                            {{"name", "UNIT"},
                             {"status", "STATUS"},
                             {"seen_at", "LAST SEEN", As::time, {.leaves = 5}},
                             {"offline_since", "OFFLINE SINCE", As::time, {.leaves = 4}},
                             {"next_attempt", "NEXT ATTEMPT", As::time, {.leaves = 3}},
                             {"must_reconnect_by", "MUST RECONNECT BY", As::time, {.leaves = 6}},
                             {"at_risk", "AT RISK", As::number},
                             {"slots", "SLOTS", As::text, {.shrinks = true, .leaves = 7}},
                             {"labels", "LABELS", As::text, {.shrinks = true, .leaves = 1}},
                             {"address", "ADDRESS", As::text, {.leaves = 2}}});
            auto& home = session.home_for_reading();
            auto selection = get_selection(home.store(), *options, session.now());
            std::int64_t listed = 0;
            renewal::each_unit_summary(home, session.current_policy(), selection, session.now(),
                                       [&](const renewal::UnitSummary& unit) {
                                           ++listed;
                                           listing.row(unit_row(unit));
                                       });
            listing.finish();
            if (listed == 0 && !selection.is_empty())
                session.note(fmt::format("no unit matches {}", printable(selection.to_string())));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
