#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rekey/store/records.hpp"

namespace rekey::store {

/// From the word that an archive has for it.
std::optional<SyncPhase> sync_phase(std::string_view text);
/// Oldest first.
void each_sync(Reader& store, Id tenant_id, const std::function<void(const Sync&)>& visit);
/// With the generation that it had.
void restore_sync(Transaction& transaction, const Sync& sync);

/// Sets `generation`. Throws Code::busy when the tenant has one that is not finished.
void add_sync(Transaction& transaction, Sync& sync);
/// Phase, cursor, counts and end.
void update_sync(Transaction& transaction, const Sync& sync);
/// Makes at most `limit` active devices inactive that this sync did not see; how many.
std::int64_t mark_missing(Transaction& transaction, Id tenant_id, std::int64_t generation, Time since, int limit);

/// A device whose coverage a sync still has to ask for. `place` and `covered_by` are where the
/// next look goes on.
struct Uncovered {
    std::string device_id;
    std::int64_t covered_by = 0;
    Id place = 0;
};
/// Active devices that the sync saw and whose coverage no sync from generation `covered_by` on has learned, at most
/// `limit` after `after`; those first whose coverage was learned longest ago. Generation 1: those of which it was never
/// learned, or `forget_ended_coverage` or a change made it void.
std::vector<Uncovered> uncovered_devices(Reader& store, Id tenant_id, std::int64_t generation, std::int64_t covered_by,
                                         const Uncovered& after, int limit);
std::int64_t count_uncovered(Reader& store, Id tenant_id, std::int64_t generation, std::int64_t covered_by);
/// The first sync that began at `since` or later.
std::int64_t first_sync_since(Reader& store, Id tenant_id, Time since);
/// Where coverage ended from `since` on and before `now`, and either it was learned before that or nothing is in force
/// now, it is to be asked for again: something else may have taken its place. How many devices.
std::int64_t forget_ended_coverage(Transaction& transaction, Id tenant_id, Time since, Time now);
/// Remembers that the sync saw devices that are there, without their content.
void keep_seen(Transaction& transaction, Id tenant_id, std::int64_t generation, const std::vector<std::string>& ids);
/// Remembers that the sync learned their coverage. Those that are not there are left out.
void set_covered(Transaction& transaction, Id tenant_id, std::int64_t generation, const std::vector<std::string>& ids);

}  // namespace rekey::store
