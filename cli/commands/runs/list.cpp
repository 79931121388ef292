#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "views/run_rows.hpp"

namespace rekey::cli {

void runs_list(Registry& registry) {
    registry.command("runs list", "List runs, newest first", [](Command& command) -> Run {
        auto limit = std::make_shared<std::int64_t>(50);
        command.number("--limit", "N", *limit, 0, 1000000000, "At most so many; 0 for all [50]");
        command.example("rekey runs list --limit 10");
        return [limit](Session& session) {
            auto& home = session.home_for_reading();
            Listing listing(session, "runs", run_keys,
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
            store::each_run(home.store(), static_cast<int>(*limit),
                            [&](const store::Run& run) { listing.row(run_json(home, run)); });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
