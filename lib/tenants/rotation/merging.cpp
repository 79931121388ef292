#include "tenants/rotation/merging.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/records/merged_records.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/merges.hpp"
#include "tenants/credentials/credential_checks.hpp"
#include "tenants/credentials/vault.hpp"

namespace rekey::tenants {

namespace {

using State = store::CredentialState;

// A batch is one transaction, which others wait for.
constexpr int devices_in_batch = 1'000;

}  // namespace

void require_mergeable(store::Reader& store, const store::Tenant& from, const store::Tenant& into) {
    for (const auto* tenant : {&from, &into}) require_no_merge(store, *tenant);
    if (auto open = store::open_rotation(store, from.id))
        throw Error(Code::refused, fmt::format("a rotation of tenant '{}' is under way", from.name),
                    fmt::format("first: rekey credential {} {}",
                                open->state == store::RotationState::cut_over ? "confirm" : "abort", from.name));
}

void begin_merge(store::Transaction& transaction, store::Id from_tenant_id, const store::Rotation& rotation,
                 const store::Credential& fresh, const Stamp& stamp) {
    auto all = store::tenants(transaction);
    auto tenant_of = [&](store::Id id) {
        auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.id == id; });
        if (found == all.end()) throw Error(Code::busy, "a tenant was removed meanwhile", "see: rekey tenants list");
        return *found;
    };
    auto from = tenant_of(from_tenant_id);
    auto into = tenant_of(rotation.tenant_id);
    require_mergeable(transaction, from, into);
    auto given = store::active_credential(transaction, from.id);
    auto earlier = store::rotations_of(transaction, from.id);
    // Rotations become one history: what was staged before them is begun again after them.
    bool rotated = !earlier.empty() && earlier.back().id > rotation.id;
    if (!given || given->client_id != fresh.client_id || given->key_fingerprint != fresh.key_fingerprint || rotated)
        throw Error(Code::busy, fmt::format("tenant '{}' was changed while it was merged", from.name),
                    fmt::format("rekey credential abort {}, then run the command again", into.name));
    store::set_credential_state(transaction, given->id, State::superseded, stamp.at);
    store::Merge merge;
    merge.from_tenant_id = from.id;
    merge.into_tenant_id = into.id;
    merge.from_credential_id = given->id;
    merge.rotation_id = rotation.id;
    merge.actor = stamp.actor;
    merge.started_at = stamp.at;
    store::add_merge(transaction, merge);
    store::AuditDetail detail{
        {"uid", from.uid}, {"into", into.name}, {"into_uid", into.uid}, {"rotation", rotation.id}};
    store::audit(transaction, stamp, "tenant.merge.begin", from.name, detail);
}

void undo_merge_of(store::Transaction& transaction, const store::Rotation& rotation, const Stamp& stamp) {
    for (const auto& merge : store::open_merges(transaction)) {
        if (merge.rotation_id != rotation.id) continue;
        if (rotation.confirmed_at)
            throw Error(
                Code::refused,
                fmt::format("the records of tenant '{}' are on their way to '{}'", merge.from_name, rotation.tenant),
                fmt::format("first: rekey tenants merge {} {}", merge.from_name, rotation.tenant));
        store::set_credential_state(transaction, merge.from_credential_id, State::active, stamp.at);
        store::undo_merge(transaction, merge, stamp.at);
        store::AuditDetail detail{{"uid", merge.from_uid}, {"into", rotation.tenant}, {"rotation", rotation.id}};
        store::audit(transaction, stamp, "tenant.merge.roll_back", merge.from_name, detail);
    }
}

std::optional<store::Rotation> find_rotation_of(store::Reader& store, const store::Merge& merge) {
    for (auto& rotation : store::rotations_of(store, merge.into_tenant_id))
        if (rotation.id == merge.rotation_id) return std::move(rotation);
    return std::nullopt;
}

bool settle(Context& context, const store::Merge& merge, const MergeProgress& progress) {
    auto& store = context.store();
    auto rotation = find_rotation_of(store, merge);
    if (!rotation || !rotation->confirmed_at) return false;
    std::int64_t moved = 0;
    for (auto move : {store::move_devices, store::move_coverage}) {
        for (bool more = true; more;) {
            auto records = store.write(
                [&](store::Transaction& transaction) { return move(transaction, merge, devices_in_batch); });
            moved += records;
            more = records > 0;
            if (context.stop.requested())
                throw Error(Code::interrupted, "interrupted", "nothing is lost; the same command continues");
            if (progress) progress(moved, std::max(moved, merge.devices + merge.coverage));
        }
    }
    auto stamp = context.stamp();
    store.write([&](store::Transaction& transaction) {
        store::AuditDetail detail{{"from", merge.from_name},
                                  {"from_uid", merge.from_uid},
                                  {"devices", merge.devices},
                                  {"coverage", merge.coverage},
                                  {"rotation", rotation->id}};
        store::audit(transaction, stamp, "tenant.merge", rotation->tenant, detail);
        store::finish_merge(transaction, merge, stamp.at);
        note_destroyed_keys(transaction);
    });
    finish_destroying(store);
    return true;
}

void settle_all(Context& context, store::Id into_tenant_id) {
    for (const auto& merge : store::open_merges(context.store()))
        if (into_tenant_id == 0 || merge.into_tenant_id == into_tenant_id) settle(context, merge);
}

}  // namespace rekey::tenants
