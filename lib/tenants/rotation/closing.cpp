#include "tenants/rotation/closing.hpp"

#include <fmt/format.h>

#include <set>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/rotations.hpp"
#include "tenants/credentials/credential_checks.hpp"
#include "tenants/credentials/vault.hpp"
#include "tenants/provider/page_parser.hpp"
#include "tenants/provider/verification.hpp"
#include "tenants/rotation/merging.hpp"
#include "tenants/rotation/rotation_steps.hpp"

namespace rekey::tenants {

namespace {

using State = store::CredentialState;
using Stage = store::RotationState;

/// The credential whose organisation is judged before the prior key of `rotation` goes: the one that would be left.
store::Credential heir_of(store::Reader& store, const store::Rotation& rotation) {
    auto active = store::active_credential(store, rotation.tenant_id);
    if (active && active->confirmed) return *active;
    return named_credential(store, rotation.new_credential_id);
}

}  // namespace

std::optional<Failure> confirm_rotation(Context& context, const store::Rotation& rotation,
                                        bool accept_different_organization) {
    auto& store = context.store();
    auto fresh = named_credential(store, rotation.new_credential_id);
    auto key = open_key_of(context.home, fresh);
    // Also when it was asked before the cut-over: the tenant's devices decide, and they were not all there then.
    auto verification = ask_provider(context, fresh, key, organization_of(rotation, accept_different_organization));
    auto stamp = context.stamp();
    store.write([&](store::Transaction& transaction) {
        auto now = still(transaction, rotation);
        record_health(transaction, fresh.id, verification, stamp.at);
        if (!verification.failure) {
            now.state = Stage::confirmed;
            now.confirmed_at = stamp.at;
            now.different_accepted = now.different_accepted || verification.different_organization;
            store::update_rotation(transaction, now);
            store::set_credential_confirmed(transaction, fresh.id, true);
            auto detail = describe(fresh);
            detail.set("rotation", now.id);
            if (verification.different_organization) detail.set("different_organization_accepted", true);
            store::audit(transaction, stamp, "rotation.confirm", fresh.name, detail);
        }
    });
    return verification.failure;
}

bool is_over(const store::Rotation& rotation, Time now) {
    return rotation.state == Stage::confirmed && !rotation.prior_destroyed_at && rotation.confirmed_at &&
           *rotation.confirmed_at + rotation.keep_prior <= now;
}

namespace {

/// Nothing when the credential that would be left works and serves the tenant's organisation, and its provider's clock
/// does not say that the prior key is to be kept longer.
std::optional<Failure> judge_heir(Context& context, const store::Rotation& rotation) {
    auto& store = context.store();
    auto heir = heir_of(store, rotation);
    auto key = open_key_of(context.home, heir);
    auto verification = ask_provider(context, heir, key, organization_of(rotation, false));
    store.write(
        [&](store::Transaction& transaction) { record_health(transaction, heir.id, verification, context.clock()); });
    if (verification.failure) return verification.failure;
    // A clock that is ahead must not shorten the time for going back.
    auto ahead = verification.clock_ahead.value_or(Seconds{0});
    if (ahead < notable_clock_difference || is_over(rotation, context.clock() - ahead)) return std::nullopt;
    return Failure{Trouble::clock, clock_in_words(ahead, server_of(heir.token_url))};
}

}  // namespace

End destroy_prior(Context& context, const store::Rotation& rotation, bool judged) {
    if (!judged)
        if (auto failure = judge_heir(context, rotation)) return {std::move(failure), false};
    auto& store = context.store();
    auto stamp = context.stamp();
    store::Transaction transaction(store);
    // A clock that jumped ahead must not shorten the time for going back.
    context.home.check_clock(transaction, stamp.at);
    auto now = still(store, rotation);
    if (!now.prior_destroyed_at) {
        auto prior = named_credential(store, now.old_credential_id);
        now.prior_destroyed_at = stamp.at;
        store::update_rotation(transaction, now);
        store::set_credential_state(transaction, prior.id, State::retired, stamp.at);
        destroy_key_of(transaction, prior.id);
        auto detail = describe(prior);
        detail.set("rotation", now.id);
        store::audit(transaction, stamp, "credential.destroy", prior.name, detail);
        transaction.commit();
    }
    return {std::nullopt, !finish_destroying(store)};
}

RotationResult progress_of(store::Reader& store, const store::Rotation& rotation) {
    RotationResult progress;
    for (auto& now : store::rotations_of(store, rotation.tenant_id))
        if (now.id == rotation.id) progress.rotation = std::move(now);
    if (auto active = store::active_credential(store, rotation.tenant_id)) progress.credential = std::move(*active);
    return progress;
}

RotationResult close_rotation(Context& context, store::Rotation rotation, bool accept_different_organization) {
    auto& store = context.store();
    End end;
    bool judged = false;
    if (rotation.state == Stage::cut_over) {
        end.waiting = confirm_rotation(context, rotation, accept_different_organization);
        judged = !end.waiting;
        rotation = progress_of(store, rotation).rotation;
    }
    bool over = is_over(rotation, context.clock());
    if (over) end = destroy_prior(context, rotation, judged);
    auto progress = progress_of(store, rotation);
    progress.destroyed = over && !end.waiting;
    progress.in_log = end.in_log;
    progress.waiting = std::move(end.waiting);
    return progress;
}

std::optional<RotationResult> confirm(Context& context, const std::string& tenant_name,
                                      bool accept_different_organization) {
    auto& store = context.store();
    auto tenant = get_tenant(store, tenant_name);
    if (auto open = store::open_rotation(store, tenant.id); open && open->state != Stage::cut_over)
        throw Error(Code::refused, fmt::format("the rotation of tenant '{}' is not cut over yet", tenant.name),
                    fmt::format("repeat its command, or give it up: rekey credential abort {}", tenant.name));
    std::optional<RotationResult> last;
    for (const auto& rotation : store::unfinished_rotations(store))
        if (rotation.tenant_id == tenant.id) last = close_rotation(context, rotation, accept_different_organization);
    settle_all(context, tenant.id);
    finish_destroying(store);
    return last;
}

namespace {

/// Keys of rotations that failed are kept as long as a prior key would have been.
void destroy_failed(Context& context) {
    auto& store = context.store();
    auto stamp = context.stamp();
    for (const auto& rotation : store::failed_rotations_with_key(store)) {
        auto failed = named_credential(store, rotation.new_credential_id);
        if (!failed.ended_at || *failed.ended_at + rotation.keep_prior > stamp.at) continue;
        store.write([&](store::Transaction& transaction) {
            context.home.check_clock(transaction, stamp.at);
            give_up_failed(transaction, rotation.tenant_id, stamp);
        });
    }
}

}  // namespace

std::vector<RotationResult> confirm_due(Context& context) {
    auto& store = context.store();
    std::vector<RotationResult> results;
    std::set<std::string> silent;  // servers that did not answer: asking them again would take as long again
    for (const auto& rotation : store::unfinished_rotations(store)) {
        if (rotation.state == Stage::confirmed && !is_over(rotation, context.clock())) continue;
        try {
            auto server = named_credential(store, rotation.new_credential_id).token_url;
            if (silent.contains(server)) {
                auto progress = progress_of(store, rotation);
                progress.waiting =
                    Failure{Trouble::unreachable, "not asked, as its server did not answer for another tenant"};
                results.push_back(std::move(progress));
                continue;
            }
            results.push_back(close_rotation(context, rotation, false));
            const auto& waiting = results.back().waiting;
            if (waiting && waiting->trouble == Trouble::unreachable) silent.insert(server);
        } catch (const Error& e) {
            auto progress = progress_of(store, rotation);
            progress.problem = e.message();
            results.push_back(std::move(progress));
        }
    }
    settle_all(context, 0);
    destroy_failed(context);
    finish_destroying(store);
    return results;
}

}  // namespace rekey::tenants
