#include "views/run_rows.hpp"

#include "rekey/renewal/overview.hpp"
#include "views/json.hpp"

namespace rekey::cli {

const std::vector<std::string> run_keys{"run",     "command",  "selection",  "reason",      "issuer",
                                        "comment", "actor",    "started_at", "finished_at", "status",
                                        "done",    "deferred", "failed",     "refused",     "open"};

Json run_json(Home& home, const store::Run& run) {
    auto& store = home.store();
    auto count = [&](store::Outcome outcome) { return store::count_items(store, run.id, outcome); };
    return {{"run", run.id},
            {"command", run.command},
            {"selection", run.selection},
            {"reason", run.reason ? Json(store::to_string(*run.reason)) : Json()},
            {"issuer", run.issuer.empty() ? Json() : Json(run.issuer)},
            {"comment", run.comment},
            {"actor", run.actor},
            {"started_at", to_rfc3339(run.started_at)},
            {"finished_at", run.finished_at ? Json(to_rfc3339(*run.finished_at)) : Json()},
            {"status", renewal::status_of(home, run)},
            {"done", count(store::Outcome::renewed)},
            {"deferred", count(store::Outcome::deferred)},
            {"failed", count(store::Outcome::failed)},
            {"refused", count(store::Outcome::refused)},
            {"open", count(store::Outcome::open)}};
}

}  // namespace rekey::cli
