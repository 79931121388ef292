#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/history_options.hpp"
#include "views/run_rows.hpp"

namespace rekey::cli {

void runs_list(Registry& registry) {
    registry.command("runs list", "List runs, newest first", [](Command& command) -> Run {
        auto limit = std::make_shared<std::int64_t>(50);
        auto history = std::make_shared<HistoryOptions>();
        command.number("--limit", "N", *limit, 0, 1000000000, "At most this many; 0 for all [50]");
        add_history_filter(command, *history);
        command.example("rekey runs list --limit 10");
        command.example("rekey runs list --since 2026-11-01 --reason compromise");
        return [limit, history](Session& session) {
            auto& home = session.home_for_reading();
            auto filter = get_history_filter(home.store(), *history, session.now());
            Listing listing(session, "runs", run_keys(),
                            {{"run", "RUN", As::number},
                             {"started_at", "STARTED"},
                             {"status", "STATUS"},
                             {"command", "COMMAND", As::text, {.leaves = 3}},
                             {"selection", "SELECTION", As::text, {.shrinks = true}},
                             {"reason", "REASON", As::text, {.leaves = 2}},
                             {"done", "DONE", As::number},
                             {"deferred", "DEFERRED", As::number},
                             {"failed", "FAILED", As::number},
                             {"open", "OPEN", As::number},
                             {"actor", "BY", As::text, {.leaves = 1}}});
            store::each_run(home.store(), filter, static_cast<int>(*limit),
                            [&](const store::Run& run) { listing.row(run_row(home, run)); });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
