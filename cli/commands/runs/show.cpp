#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "reports/run_report.hpp"
#include "views/json.hpp"
#include "views/run_rows.hpp"
#include "views/short_numbers.hpp"

namespace rekey::cli {

void runs_show(Registry& registry) {
    registry.command("runs show", "Show what a run did, slot by slot", [](Command& command) -> Run {
        auto id = std::make_shared<store::Id>(0);
        command.number("ID", "", *id, 1, INT64_MAX, "Number of the run").takes(Values::run);
        command.example("rekey runs show 7");
        return [id](Session& session) {
            auto& home = session.home_for_reading();
            auto run = store::find_run(home.store(), *id);
            if (!run) throw Error(Code::not_found, fmt::format("there is no run {}", *id), "see: rekey runs list");
            auto shown = run_row(home, *run).object();
            if (session.format() == OutputFormat::table) print_object(session, shown);
            auto columns = item_columns;
            columns.push_back({"step", "STEP", As::text, {.leaves = 1}});
            columns.push_back({"why", "WHY", As::text, {.shrinks = true, .leaves = 1}});
            columns.push_back({"error", "ERROR", As::text, {.shrinks = true}});
            auto keys = item_keys;
            keys.push_back("step");
            Listing listing(session, "items", keys, columns);
            listing.head(shown);
            store::each_item(home.store(), *id, [&](const store::Item& item) {
                auto row = item_row({item.slot, renewal::outcome_of(item), item.reason, item.why, item.old_number,
                                     item.new_number, item.error, ""});
                row.put("step", item.step);
                if (session.format() == OutputFormat::table) row.put("slot", item.slot.to_string());
                shorten_numbers(session, home.store(), row, {"old_number", "new_number"});
                listing.row(row);
            });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
