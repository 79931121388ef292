#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rekey/store/record_counts.hpp"

namespace rekey::store {

enum class MergeState { open, merged, rolled_back };

/// One tenant that becomes part of another. It begins when the credential of the one becomes active in
/// the other, by a rotation; once that is confirmed, all else follows in short transactions, each of
/// which takes from the one what it gives to the other.
struct Merge {
    Id id = 0;
    Id from_tenant_id = 0;  ///< 0 once it is merged
    std::string from_uid;
    std::string from_name;
    Id into_tenant_id = 0;
    Id from_credential_id = 0;  ///< that was active in it
    Id rotation_id = 0;         ///< of the other one
    MergeState state = MergeState::open;
    std::int64_t devices = 0;  ///< that it had
    std::int64_t coverage = 0;
    std::string actor;
    Time started_at{};
    std::optional<Time> finished_at;
};

/// Sets `id`, name, uid and counts.
REKEY_EXPORT void add_merge(Transaction& transaction, Merge& merge);
/// That began at this tenant.
REKEY_EXPORT std::optional<Merge> open_merge_from(Reader& store, Id tenant_id);
/// Oldest first.
REKEY_EXPORT std::vector<Merge> open_merges(Reader& store);
/// The last tenant of this name that became part of the other.
REKEY_EXPORT std::optional<Merge> finished_merge(Reader& store, const std::string& from_name, Id into_tenant_id);
/// The tenant is as it was before `add_merge`, but for its credential.
REKEY_EXPORT void undo_merge(Transaction& transaction, const Merge& merge, Time now);

/// Moves the records of at most `limit` devices, with their history; how many devices. Where both have
/// one, the newer (last told, or found gone) is what it is now, the older goes to the history, where
/// states of both are in order of time.
REKEY_EXPORT std::int64_t move_devices(Transaction& transaction, const Merge& merge, int limit);
/// The same for coverage records.
REKEY_EXPORT std::int64_t move_coverage(Transaction& transaction, const Merge& merge, int limit);
/// When no records are left: credentials (whose keys are destroyed), rotations, syncs, payload entries and
/// audit history move, what fed the credential feeds its successor, and the tenant is gone. Comes after the
/// audit entry that tells of it. Throws Code::busy when records are left.
REKEY_EXPORT void finish_merge(Transaction& transaction, const Merge& merge, Time now);

}  // namespace rekey::store
