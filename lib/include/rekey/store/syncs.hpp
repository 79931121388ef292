#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rekey/store/record_counts.hpp"

namespace rekey::store {

/// How far a sync is: it pages through devices, marks those that it was not told of, and asks for
/// coverage. `abandoned`: given up before its end, and another took its place.
enum class SyncPhase { devices, marking, coverage, done, abandoned };
REKEY_EXPORT std::string_view to_string(SyncPhase phase);

/// One sync of a tenant with its provider. What it needs to go on after any crash is here and in the
/// devices; counts are of the whole sync, however often it was interrupted.
struct Sync {
    Id tenant_id = 0;
    std::int64_t generation = 0;  ///< 1, 2, 3, … within a tenant
    SyncPhase phase = SyncPhase::devices;
    std::string cursor;         ///< of the page to ask for next; empty: the first
    std::int64_t pages = 0;     ///< recorded
    std::int64_t told = 0;      ///< devices, each counted once
    std::int64_t added = 0;     ///< of these: not known before
    std::int64_t changed = 0;   ///< whose content is another now
    std::int64_t returned = 0;  ///< that were inactive
    std::int64_t gone = 0;      ///< devices that became inactive
    std::int64_t asked = 0;     ///< devices whose coverage was learned
    std::string actor;
    Time started_at{};
    std::optional<Time> finished_at;
};

/// Sets `generation`. Throws Code::busy when the tenant has one that is not finished.
REKEY_EXPORT void add_sync(Transaction& transaction, Sync& sync);
/// Phase, cursor, counts and end.
REKEY_EXPORT void update_sync(Transaction& transaction, const Sync& sync);
/// The newest, finished or not.
REKEY_EXPORT std::optional<Sync> last_sync(Reader& store, Id tenant_id);
/// The newest that was done.
REKEY_EXPORT std::optional<Sync> last_done_sync(Reader& store, Id tenant_id);

/// As `put_devices`, and remembers that this sync was told of them.
REKEY_EXPORT Told upsert_seen(Transaction& transaction, Id tenant_id, std::int64_t generation,
                              const std::vector<Device>& devices);
/// Makes at most `limit` active devices inactive that this sync was not told of; how many.
REKEY_EXPORT std::int64_t mark_missing(Transaction& transaction, Id tenant_id, std::int64_t generation, Time since,
                                       int limit);

/// A device whose coverage a sync still has to ask for. `place` and `covered_by` are where the
/// next look goes on.
struct Uncovered {
    std::string device_id;
    std::int64_t covered_by = 0;
    Id place = 0;
};
/// Active devices that the sync was told of and whose coverage no sync from generation `covered_by` on has learned, at
/// most `limit` after `after`; those first whose coverage was learned longest ago. Generation 1: those of which it was
/// never learned, or `forget_ended_coverage` or a change made it void.
REKEY_EXPORT std::vector<Uncovered> uncovered_devices(Reader& store, Id tenant_id, std::int64_t generation,
                                                      std::int64_t covered_by, const Uncovered& after, int limit);
REKEY_EXPORT std::int64_t count_uncovered(Reader& store, Id tenant_id, std::int64_t generation,
                                          std::int64_t covered_by);
/// The first sync that began at `since` or later.
REKEY_EXPORT std::int64_t first_sync_since(Reader& store, Id tenant_id, Time since);
/// Where coverage ended from `since` on and before `now`, and either it was learned before that or nothing is in force
/// now, it is to be asked for again: something else may have taken its place. How many devices.
REKEY_EXPORT std::int64_t forget_ended_coverage(Transaction& transaction, Id tenant_id, Time since, Time now);
/// Remembers that the sync was told of devices that are there, without their content.
REKEY_EXPORT void keep_told(Transaction& transaction, Id tenant_id, std::int64_t generation,
                            const std::vector<std::string>& ids);
/// Remembers that the sync learned their coverage. Those that are not there are left out.
REKEY_EXPORT void set_covered(Transaction& transaction, Id tenant_id, std::int64_t generation,
                              const std::vector<std::string>& ids);

}  // namespace rekey::store
