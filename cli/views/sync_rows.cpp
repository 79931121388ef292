#include "views/sync_rows.hpp"

#include "views/json.hpp"

namespace rekey::cli {

Json sync_json(const std::optional<store::Sync>& sync) {
    if (!sync) return nullptr;
    return {{"sync", sync->generation == 0 ? Json() : Json(sync->generation)},
            {"state", sync->generation == 0 ? Json() : Json(store::to_string(sync->phase))},
            {"started_at", sync->generation == 0 ? Json() : Json(to_rfc3339(sync->started_at))},
            {"finished_at", sync->finished_at ? Json(to_rfc3339(*sync->finished_at)) : Json()},
            {"pages", sync->pages},
            {"devices", sync->seen},
            {"added", sync->added},
            {"changed", sync->changed},
            {"returned", sync->returned},
            {"inactive", sync->gone},
            {"coverage_learned", sync->asked}};
}

Json sync_result_json(const tenants::SyncResult& result) {
    auto object = sync_json(result.sync);
    object["continued"] = result.continued;
    object["requests"] = result.requests;
    object["missed"] = result.missed;
    object["coverage_left"] = result.left;
    object["complete"] = result.complete();
    object["stopped"] = result.stopped           ? Json(result.stopped->what)
                        : result.out_of_requests ? Json("requests")
                        : result.interrupted     ? Json("interrupted")
                                                 : Json();
    return object;
}

}  // namespace rekey::cli
