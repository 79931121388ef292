#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/tenants/records.hpp"
#include "store/tenants/merges.hpp"
#include "tenants/credentials/vault.hpp"
#include "tenants/rotation/closing.hpp"
#include "tenants/rotation/merging.hpp"
#include "tenants/rotation/rotation_steps.hpp"

namespace rekey::tenants {

namespace {

store::Credential get_active_of(store::Reader& store, const store::Tenant& tenant) {
    if (auto active = store::active_credential(store, tenant.id)) return *active;
    throw Error(Code::refused, fmt::format("tenant '{}' has no active credential", tenant.name),
                "see: rekey credential list");
}

Goal goal_of(Context& context, const MergeRequest& request, const store::Tenant& from, const store::Tenant& into) {
    auto& store = context.store();
    auto given = get_active_of(store, from);
    Goal goal;
    goal.tenant_id = into.id;
    goal.given.name = get_active_of(store, into).name;
    goal.given.client_id = given.client_id;
    goal.given.key_id = given.key_id;
    goal.given.key = open_key_of(context.home, given);
    goal.given.fingerprint = given.key_fingerprint;
    goal.endpoints = endpoints_of(given);
    goal.keep_prior = request.keep_prior;
    goal.offline = request.offline;
    goal.accept_different_organization = request.accept_different_organization;
    goal.source = given.source;
    goal.merged_tenant_id = from.id;
    return goal;
}

/// The rotation that carries a merge, as it is now.
store::Rotation rotation_of(store::Reader& store, const store::Merge& merge) {
    if (auto rotation = find_rotation_of(store, merge)) return std::move(*rotation);
    throw Error(Code::corrupt, fmt::format("a merge names rotation {}, which is not there", merge.rotation_id));
}

Merged done_before(Context& context, const store::Merge& merge) {
    Merged merged;
    merged.finished = true;
    merged.devices = merge.devices;
    merged.coverage = merge.coverage;
    merged.progress.nothing_to_do = true;
    merged.progress.in_log = !finish_destroying(context.store());
    if (auto active = store::active_credential(context.store(), merge.into_tenant_id))
        merged.progress.credential = std::move(*active);
    return merged;
}

}  // namespace

Merged merge(Context& context, const MergeRequest& request, const MergeProgress& tell) {
    auto& store = context.store();
    if (request.from == request.into)
        throw Error(Code::usage, "a tenant cannot be merged into itself", "name the newer one, then the older one");
    auto into = get_tenant(store, request.into);
    auto known = store::find_tenant(store, request.from);
    if (!known)
        if (auto before = store::finished_merge(store, request.from, into.id)) return done_before(context, *before);
    auto from = get_tenant(store, request.from);

    Merged merged;
    auto open = store::open_merge_from(store, from.id);
    if (open && open->into_tenant_id != into.id)
        throw Error(Code::refused, fmt::format("tenant '{}' is being merged into another one", from.name),
                    "finish that by repeating its command");
    if (open) {
        // After the cut-over the credential is in the other tenant only: what is left is to confirm it.
        auto rotation = rotation_of(store, *open);
        merged.progress = request.offline ? progress_of(store, rotation)
                                          : close_rotation(context, rotation, request.accept_different_organization);
    } else {
        require_mergeable(store, from, into);
        RotationSteps steps(context, goal_of(context, request, from, into));
        while (steps.step()) {
        }
        merged.progress = steps.progress();
        open = store::open_merge_from(store, from.id);
        if (!open) throw Error(Code::busy, "somebody else ended the merge", "see: rekey tenants list");
    }
    merged.finished = settle(context, *open, tell);
    merged.devices = open->devices;
    merged.coverage = open->coverage;
    merged.progress.credential = get_active_of(store, into);
    return merged;
}

}  // namespace rekey::tenants
