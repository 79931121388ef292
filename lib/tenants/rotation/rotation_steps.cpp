#include "tenants/rotation/rotation_steps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/payload_entries.hpp"
#include "store/tenants/rotations.hpp"
#include "tenants/credentials/credential_checks.hpp"
#include "tenants/credentials/vault.hpp"
#include "tenants/provider/verification.hpp"
#include "tenants/rotation/closing.hpp"
#include "tenants/rotation/merging.hpp"

namespace rekey::tenants {

namespace {

using State = store::CredentialState;
using Stage = store::RotationState;

constexpr const char* compromise_reason = "compromise";

store::Credential get_active(store::Reader& store, store::Id tenant_id) {
    if (auto active = store::active_credential(store, tenant_id)) return *active;
    throw Error(Code::refused, "the tenant has no active credential", "add one: rekey credential add NAME");
}

/// The name of a credential that was replaced long ago must not replace another one today.
void require_in_use(store::Reader& store, const store::Credential& named, const store::Credential& active,
                    const Checked& given) {
    if (named.state == State::active || named.state == State::staged) return;
    auto endpoints = endpoints_of(active);
    if (is_same(active, given, endpoints)) return;
    if (auto open = store::open_rotation(store, active.tenant_id))
        if (is_same(named_credential(store, open->new_credential_id), given, endpoints)) return;
    throw Error(Code::usage, fmt::format("'{}' is not in use any more", printable(named.name)),
                fmt::format("the active credential of tenant '{}' is: {}", active.tenant, quoted(active.name)));
}

/// Of a credential that never became active; with the name that it was given. Its key stays.
void end(store::Transaction& transaction, const store::Rotation& rotation, const store::Credential& fresh, State state,
         Time now) {
    store::set_credential_state(transaction, fresh.id, state, now);
    auto name = wanted_name(fresh.name, named_credential(transaction, rotation.old_credential_id).name);
    if (name != fresh.name) store::rename_credential(transaction, fresh.id, name);
}

/// Whoever has the old key could go on using the new credential.
void require_other_key(const store::Credential& active, const Goal& goal) {
    if (goal.reason != compromise_reason || !keeps_key(active, goal)) return;
    throw Error(
        Code::refused,
        fmt::format("the new credential has the same key as '{}', and others may have that", printable(active.name)),
        "make a new key at the provider, and rotate to it");
}

store::AuditDetail describe_rotation(const store::Rotation& rotation, const store::Credential& fresh) {
    auto detail = describe(fresh);
    detail.set("rotation", rotation.id);
    return detail;
}

/// In the transaction: nobody else has begun, ended or replaced a rotation since it was decided to stage.
void require_unchanged(store::Reader& store, const store::Credential& active,
                       const std::optional<store::Rotation>& open) {
    auto now = store::open_rotation(store, active.tenant_id);
    bool same_rotation = now.has_value() == open.has_value() && (!now || now->id == open->id);
    if (!same_rotation || get_active(store, active.tenant_id).id != active.id)
        throw Error(Code::busy, fmt::format("somebody else rotates the credential of tenant '{}'", active.tenant),
                    fmt::format("see: rekey tenants show {}", active.tenant));
}

}  // namespace

store::Credential named_credential(store::Reader& store, store::Id id) {
    if (auto credential = store::find_credential(store, id)) return *credential;
    throw Error(Code::corrupt, fmt::format("a rotation names credential {}, which is not there", id));
}

Goal make_goal(Context& context, RotationRequest& request) {
    return make_goal(context, get_credential(context.store(), request.credential), request);
}

Goal make_goal(Context& context, const store::Credential& named, RotationRequest& request) {
    auto& store = context.store();
    auto active = get_active(store, named.tenant_id);
    Goal goal;
    goal.tenant_id = active.tenant_id;
    goal.given = check_input(request.input, active.name);
    goal.replaced_endpoints = endpoints_of(active);
    goal.endpoints = changed(*goal.replaced_endpoints, request.endpoints);
    require_scope_of_client(goal.endpoints.scope, goal.given.client_id);
    goal.keep_prior = request.keep_prior;
    goal.offline = request.offline;
    goal.accept_different_organization = request.accept_different_organization;
    goal.source = request.source;
    goal.reason = request.reason;
    goal.comment = request.comment;
    require_in_use(store, named, active, goal.given);
    require_other_key(active, goal);
    return goal;
}

bool keeps_key(const store::Credential& active, const Goal& goal) {
    return active.key_fingerprint == goal.given.fingerprint && !is_same(active, goal.given, goal.endpoints);
}

store::Rotation still(store::Reader& store, const store::Rotation& rotation) {
    auto all = store::rotations_of(store, rotation.tenant_id);
    auto now = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.id == rotation.id; });
    if (now == all.end() || now->state != rotation.state)
        throw Error(Code::busy, fmt::format("somebody else went on with the rotation of tenant '{}'", rotation.tenant),
                    fmt::format("see: rekey tenants show {}", rotation.tenant));
    return *now;
}

void require_way(const store::Rotation& open, const store::Credential& active, const store::Credential& fresh,
                 const Goal& goal) {
    bool is_confirmed = open.state != Stage::cut_over || is_same(fresh, goal.given, goal.endpoints);
    if (!is_confirmed)
        throw Error(
            Code::refused,
            fmt::format("the rotation of tenant '{}' to '{}' is not confirmed yet", active.tenant,
                        printable(fresh.name)),
            fmt::format("first: rekey credential confirm {0}, or rekey credential rollback {0}", active.tenant));
    if (open.state != Stage::cut_over && is_same(active, goal.given, goal.endpoints))
        throw Error(Code::refused,
                    fmt::format("'{}' is active, and a rotation away from it is staged", printable(active.name)),
                    fmt::format("to stay: rekey credential abort {}", active.tenant));
}

bool RotationSteps::step() {
    auto& store = context_.store();
    auto active = get_active(store, goal_.tenant_id);
    auto rotation = store::open_rotation(store, goal_.tenant_id);
    if (cut_over_here_ != 0) return step_after_cut_over(active, rotation);
    if (!rotation) return step_without_rotation(active);

    auto fresh = named_credential(store, rotation->new_credential_id);
    bool same = is_same(fresh, goal_.given, goal_.endpoints);
    require_way(*rotation, active, fresh, goal_);
    if (rotation->state == Stage::cut_over) {
        return confirm(*rotation);
    }
    if (!same || fresh.name != staged_name(goal_.given.name, active.name))
        stage(active, rotation);
    else if (!goal_.offline && !verified_here_)
        // Also what an earlier invocation verified: that may be long ago.
        verify(*rotation, fresh);
    else
        cut_over(*rotation, fresh);
    return true;
}

bool RotationSteps::step_without_rotation(const store::Credential& active) {
    if (!is_same(active, goal_.given, goal_.endpoints)) {
        stage(active, std::nullopt);
        return true;
    }
    return finish(active);
}

/// What others changed since came later, and stays.
bool RotationSteps::step_after_cut_over(const store::Credential& active,
                                        const std::optional<store::Rotation>& rotation) {
    if (rotation && rotation->id == cut_over_here_) return confirm(*rotation);
    return !rotation && is_same(active, goal_.given, endpoints_of(active)) && finish(active);
}

bool RotationSteps::finish(const store::Credential& active) {
    auto& store = context_.store();
    auto stamp = context_.stamp();
    const auto& delivery = goal_.given.delivery;
    auto accepted = delivery ? store::accepted_entry(store, delivery->entry_id) : std::nullopt;
    if (delivery && (!accepted || accepted->digest != delivery->digest)) {
        store.write([&](store::Transaction& transaction) { accept(transaction, *delivery, active, stamp); });
        worked_ = true;
        return true;
    }
    if (active.name != goal_.given.name) {
        store.write([&](store::Transaction& transaction) {
            store::rename_credential(transaction, active.id, goal_.given.name);
            auto detail = describe(active);
            detail.set("name", goal_.given.name);
            store::audit(transaction, stamp, "credential.rename", active.name, detail);
        });
        worked_ = true;
        return true;
    }
    auto rotation = current_rotation(store, goal_.tenant_id);
    if (rotation && is_over(*rotation, stamp.at) && !goal_.offline) {
        auto end = destroy_prior(context_, *rotation);
        in_log_ = end.in_log;
        destroyed_ = !end.waiting;
        worked_ = worked_ || destroyed_;
        waiting_ = std::move(end.waiting);
        return destroyed_;
    }
    // What an earlier invocation destroyed may still be in the log.
    in_log_ = !finish_destroying(store);
    nothing_to_do_ = !worked_;
    return false;
}

void RotationSteps::stage(const store::Credential& active, const std::optional<store::Rotation>& instead_of) {
    auto& store = context_.store();
    require_free_client(goal_.given.client_id);
    auto stamp = context_.stamp();
    auto fresh = make_credential(goal_.given, goal_.endpoints, goal_.source, stamp.at);
    fresh.tenant_id = active.tenant_id;
    fresh.tenant = active.tenant;
    fresh.tenant_uid = active.tenant_uid;
    fresh.name = staged_name(goal_.given.name, active.name);
    fresh.sealed_key = seal_key_of(context_.home, fresh, goal_.given.key);

    bool destroyed = store.write([&](store::Transaction& transaction) {
        require_unchanged(transaction, active, instead_of);
        require_endpoints(get_active(transaction, active.tenant_id));
        context_.home.check_clock(transaction, stamp.at);
        if (instead_of) give_up(transaction, still(transaction, *instead_of), stamp);
        bool destroys = give_up_failed(transaction, active.tenant_id, stamp) || instead_of;
        store::add_credential(transaction, fresh);
        store::Rotation rotation;
        rotation.tenant_id = active.tenant_id;
        rotation.old_credential_id = active.id;
        rotation.new_credential_id = fresh.id;
        rotation.keep_prior = goal_.keep_prior;
        rotation.started_at = stamp.at;
        rotation.actor = stamp.actor;
        rotation.reason = goal_.reason;
        rotation.comment = goal_.comment;
        store::add_rotation(transaction, rotation);
        auto detail = describe_rotation(rotation, fresh);
        if (!goal_.reason.empty()) detail.set("reason", goal_.reason);
        if (!goal_.comment.empty()) detail.set("comment", goal_.comment);
        store::audit(transaction, stamp, "rotation.stage", active.name, detail);
        return destroys;
    });
    if (destroyed) finish_destroying(store);
    verified_here_ = false;
}

void RotationSteps::verify(const store::Rotation& rotation, const store::Credential& fresh) {
    auto& store = context_.store();
    auto key = open_key_of(context_.home, fresh);
    auto verification = ask_provider(context_, fresh, key,
                                     goal_.accept_different_organization ? Organization::accept : Organization::check);
    if (const auto& failure = verification.failure) fail(rotation, fresh, verification, *failure);
    auto stamp = context_.stamp();
    store.write([&](store::Transaction& transaction) {
        auto now = still(transaction, rotation);
        record_health(transaction, fresh.id, verification, stamp.at);
        if (now.state == Stage::staged) {
            now.state = Stage::verified;
            store::update_rotation(transaction, now);
            auto detail = describe_rotation(now, fresh);
            if (verification.different_organization) detail.set("different_organization_accepted", true);
            store::audit(transaction, stamp, "rotation.verify", fresh.name, detail);
        }
    });
    verified_here_ = true;
    accepted_different_ = verification.different_organization;
}

void RotationSteps::fail(const store::Rotation& rotation, const store::Credential& fresh,
                         const Verification& verification, const Failure& failure) {
    auto& store = context_.store();
    auto stamp = context_.stamp();
    bool over = is_final(failure.trouble);
    // The key stays: a provider may say no today and yes tomorrow. It goes when it is replaced, given up, or old.
    store.write([&](store::Transaction& transaction) {
        auto now = still(transaction, rotation);
        record_health(transaction, fresh.id, verification, stamp.at);
        if (over) {
            now.state = Stage::failed;
            now.cause = failure.what;
            store::update_rotation(transaction, now);
            end(transaction, now, fresh, State::failed, stamp.at);
            auto detail = describe_rotation(now, fresh);
            detail.set("cause", to_string(failure.trouble));
            store::audit(transaction, stamp, "rotation.fail", fresh.name, detail);
        }
    });
    raise(failure, fresh.tenant,
          !over ? "the old credential stays in use; the same command again continues"
          : failure.trouble == Trouble::wrong_organization
              ? "the old credential stays in use; if that is meant: --accept-different-organization"
              : "the old credential stays in use; rotate again with the right client ID, key ID and key");
}

void RotationSteps::require_free_client(const std::string& client_id) const {
    auto user = store::active_with_client_id(context_.store(), client_id);
    if (user && user->tenant_id == goal_.merged_tenant_id) return;
    require_free_client_id(context_.store(), client_id, goal_.tenant_id);
}

/// In the transaction: nobody else has set the endpoints that the new credential takes over.
void RotationSteps::require_endpoints(const store::Credential& active) const {
    if (!goal_.replaced_endpoints || endpoints_of(active) == *goal_.replaced_endpoints) return;
    throw Error(Code::busy, fmt::format("somebody else set scope or addresses of tenant '{}'", active.tenant),
                "the old credential stays in use; the same command again takes over what was set");
}

void RotationSteps::cut_over(const store::Rotation& rotation, const store::Credential& fresh) {
    auto& store = context_.store();
    auto stamp = context_.stamp();
    cut_over_here_ = store.write([&](store::Transaction& transaction) {
        context_.home.check_clock(transaction, stamp.at);
        auto now = still(transaction, rotation);
        auto old = get_active(transaction, goal_.tenant_id);
        if (old.id != now.old_credential_id)
            throw Error(Code::corrupt,
                        fmt::format("the rotation of tenant '{}' does not begin at '{}', which is active", old.tenant,
                                    printable(old.name)),
                        fmt::format("give it up and begin again: rekey credential abort {}", old.tenant));
        require_endpoints(old);
        if (goal_.merged_tenant_id != 0) begin_merge(transaction, goal_.merged_tenant_id, now, fresh, stamp);
        require_free_client_id(transaction, fresh.client_id, goal_.tenant_id);
        store::set_credential_state(transaction, old.id, State::superseded, stamp.at);
        store::set_credential_state(transaction, fresh.id, State::active, stamp.at);
        auto name = wanted_name(fresh.name, old.name);
        if (name != fresh.name) store::rename_credential(transaction, fresh.id, name);
        now.state = Stage::cut_over;
        now.cut_over_at = stamp.at;
        now.offline = goal_.offline;
        now.keep_prior = goal_.keep_prior;
        now.different_accepted = accepted_different_ || (goal_.offline && goal_.accept_different_organization);
        store::update_rotation(transaction, now);
        if (goal_.given.delivery)
            accept(transaction, *goal_.given.delivery, named_credential(transaction, fresh.id), stamp);
        auto detail = describe_rotation(now, fresh);
        detail.set("replaces", old.uid);
        if (goal_.offline) detail.set("offline", true);
        if (now.different_accepted) detail.set("different_organization_accepted", true);
        store::audit(transaction, stamp, "rotation.cut_over", name, detail);
        return now.id;
    });
    worked_ = true;
}

bool RotationSteps::confirm(const store::Rotation& rotation) {
    if (goal_.offline) return false;
    waiting_ = confirm_rotation(context_, rotation, goal_.accept_different_organization);
    worked_ = worked_ || !waiting_;
    return !waiting_;
}

namespace {

bool has_key_of_replaced(store::Reader& store, const RotationResult& progress) {
    if (progress.rotation.new_credential_id != progress.credential.id) return false;
    auto replaced = store::find_credential(store, progress.rotation.old_credential_id);
    return replaced && replaced->key_fingerprint == progress.credential.key_fingerprint;
}

}  // namespace

RotationResult RotationSteps::progress() const {
    auto& store = context_.store();
    RotationResult progress;
    progress.credential = get_active(store, goal_.tenant_id);
    auto all = store::rotations_of(store, goal_.tenant_id);
    if (!all.empty()) progress.rotation = all.back();
    progress.nothing_to_do = nothing_to_do_;
    progress.same_key = !nothing_to_do_ && has_key_of_replaced(store, progress);
    progress.waiting = waiting_;
    progress.destroyed = destroyed_;
    progress.in_log = in_log_;
    return progress;
}

void give_up(store::Transaction& transaction, store::Rotation rotation, const Stamp& stamp) {
    auto fresh = named_credential(transaction, rotation.new_credential_id);
    rotation.state = Stage::aborted;
    store::update_rotation(transaction, rotation);
    end(transaction, rotation, fresh, State::retired, stamp.at);
    destroy_key_of(transaction, fresh.id);
    store::audit(transaction, stamp, "rotation.abort", fresh.name, describe_rotation(rotation, fresh));
}

bool give_up_failed(store::Transaction& transaction, store::Id tenant_id, const Stamp& stamp) {
    bool any = false;
    for (const auto& rotation : store::failed_rotations_with_key(transaction)) {
        if (rotation.tenant_id != tenant_id) continue;
        auto failed = named_credential(transaction, rotation.new_credential_id);
        store::set_credential_state(transaction, failed.id, State::retired, stamp.at);
        destroy_key_of(transaction, failed.id);
        store::audit(transaction, stamp, "rotation.discard", failed.name, describe_rotation(rotation, failed));
        any = true;
    }
    return any;
}

}  // namespace rekey::tenants
