#pragma once

#include "rekey/tenants/records.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// sync, state, started_at, finished_at, pages, devices, added, changed, returned, inactive, coverage_learned; null
/// when there is none.
Json sync_json(const std::optional<store::Sync>& sync);
/// The same with continued, requests, missed, coverage_left, complete, stopped.
Json sync_result_json(const tenants::SyncResult& result);

}  // namespace rekey::cli
