#pragma once

#include <optional>
#include <string>

#include "rekey/store/tenants.hpp"

namespace rekey::store {

/// Sets `id`, name, uid and counts.
void add_merge(Transaction& transaction, Merge& merge);
/// The last tenant of this name that became part of the other.
std::optional<Merge> finished_merge(Reader& store, const std::string& from_name, Id into_tenant_id);
/// The tenant is as it was before `add_merge`, but for its credential.
void undo_merge(Transaction& transaction, const Merge& merge, Time now);
/// When no records are left: credentials (whose keys are destroyed), rotations, syncs, payload entries and
/// audit history move, what fed the credential feeds its successor, and the tenant is gone. Comes after the
/// audit entry that tells of it. Throws Code::busy when records are left.
void finish_merge(Transaction& transaction, const Merge& merge, Time now);

/// Throws Code::busy when somebody else ended it.
void require_open(Transaction& transaction, const Merge& merge);

}  // namespace rekey::store
