#pragma once

#include "rekey/store/tenants.hpp"
#include "rekey/tenants/records.hpp"

/// What a merge adds to the rotation that carries it.
namespace rekey::tenants {

/// Throws Code::refused unless the one can be merged into the other now.
void require_mergeable(store::Reader& store, const store::Tenant& from, const store::Tenant& into);

/// With the cut-over, in its transaction, before `fresh` becomes active: the same credential ends in `from`.
void begin_merge(store::Transaction& transaction, store::Id from_tenant_id, const store::Rotation& rotation,
                 const store::Credential& fresh, const Stamp& stamp);

/// With the roll-back, in its transaction, after the credential has ended in the other tenant. Throws
/// Code::refused when its records move already.
void undo_merge_of(store::Transaction& transaction, const store::Rotation& rotation, const Stamp& stamp);

/// The rotation that carries a merge, as it is now; nothing when it is gone.
std::optional<store::Rotation> find_rotation_of(store::Reader& store, const store::Merge& merge);

/// Moves all that is left once the rotation is confirmed, and ends the merge; false: not confirmed yet.
bool settle(Context& context, const store::Merge& merge, const MergeProgress& progress = {});
/// The same for all merges into a tenant; 0: into any.
void settle_all(Context& context, store::Id into_tenant_id);

}  // namespace rekey::tenants
