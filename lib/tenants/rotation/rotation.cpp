#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "rekey/tenants/credentials.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/rotations.hpp"
#include "tenants/credentials/credential_checks.hpp"
#include "tenants/credentials/vault.hpp"
#include "tenants/provider/api_client.hpp"
#include "tenants/provider/verification.hpp"
#include "tenants/rotation/merging.hpp"
#include "tenants/rotation/rotation_steps.hpp"

namespace rekey::tenants {

namespace {

using State = store::CredentialState;
using Stage = store::RotationState;

struct Reversal {
    store::Rotation rotation;
    store::Credential prior;
    store::Credential fresh;
};

/// What `roll_back` goes back over: the latest rotation and no earlier one, so that the same command
/// again never goes back twice. Nothing when that has been done. Throws Code::refused when there is none.
std::optional<Reversal> get_reversal(store::Reader& store, const store::Tenant& tenant) {
    auto rotations = store::rotations_of(store, tenant.id);
    auto over = [](const store::Rotation& each) { return each.state == Stage::aborted || each.state == Stage::failed; };
    std::erase_if(rotations, over);
    if (!rotations.empty()) {
        const auto& latest = rotations.back();
        if (latest.state == Stage::rolled_back) return std::nullopt;
        if (latest.state == Stage::staged || latest.state == Stage::verified)
            throw Error(Code::refused, fmt::format("the rotation of tenant '{}' is not cut over yet", tenant.name),
                        fmt::format("give it up: rekey credential abort {}", tenant.name));
        auto prior = store::find_credential(store, latest.old_credential_id);
        auto fresh = store::find_credential(store, latest.new_credential_id);
        if (prior && fresh && !prior->sealed_key.empty()) return Reversal{latest, *prior, *fresh};
    }
    throw Error(
        Code::refused, fmt::format("tenant '{}' has no prior credential to go back to", tenant.name),
        fmt::format("its key is destroyed, or there was no rotation; see: rekey credential history {}", tenant.name));
}

/// One that was the tenant's before has to work; one that nobody ever judged has to be its as well.
void require_working(Context& context, const store::Credential& prior) {
    auto key = open_key_of(context.home, prior);
    auto failure = prior.confirmed ? ApiClient(context, prior, key, limits_of_verification(context.patience)).begin()
                                   : ask_provider(context, prior, key, Organization::check).failure;
    if (!failure) return;
    raise(*failure, prior.tenant,
          is_final(failure->trouble) ? "the prior credential does not work any more; to go back all the same: --offline"
                                     : "nothing was changed; try again later, or go back without asking: --offline");
}

store::Credential get_active_still(store::Reader& store, store::Id tenant_id) {
    if (auto active = store::active_credential(store, tenant_id)) return *active;
    throw Error(Code::not_found, "the tenant, or its credential, was removed meanwhile");
}

}  // namespace

RotationResult rotate(Context& context, RotationRequest& request) {
    RotationSteps steps(context, make_goal(context, request));
    while (steps.step()) {
    }
    return steps.progress();
}

RotationPlan plan(Context& context, RotationRequest& request) {
    auto& store = context.store();
    auto goal = make_goal(context, request);
    RotationPlan plan;
    plan.old = get_active_still(store, goal.tenant_id);
    plan.fresh = make_credential(goal.given, goal.endpoints, goal.source, context.clock());
    plan.fresh.tenant_id = plan.old.tenant_id;
    plan.fresh.tenant = plan.old.tenant;
    if (auto open = store::open_rotation(store, goal.tenant_id)) {
        auto staged = store::find_credential(store, open->new_credential_id);
        if (staged) require_way(*open, plan.old, *staged, goal);
        plan.continues = staged && is_same(*staged, goal.given, goal.endpoints);
    }
    plan.nothing_to_do = !plan.continues && is_same(plan.old, goal.given, goal.endpoints);
    if (plan.nothing_to_do) return plan;
    plan.same_key = keeps_key(plan.old, goal);
    require_free_client_id(store, goal.given.client_id, goal.tenant_id);
    if (goal.offline) return plan;
    auto verification = ask_provider(context, plan.fresh, goal.given.key,
                                     goal.accept_different_organization ? Organization::accept : Organization::check);
    if (verification.failure)
        raise(*verification.failure, plan.old.tenant, "a rotation would stop here; nothing was changed");
    return plan;
}

RotationResult roll_back(Context& context, const std::string& tenant_name, bool offline) {
    auto& store = context.store();
    auto tenant = get_tenant(store, tenant_name);
    auto found = get_reversal(store, tenant);
    if (!found) {
        RotationResult done;
        done.credential = get_active_still(store, tenant.id);
        done.nothing_to_do = true;
        // What an earlier invocation destroyed may still be in the log.
        done.in_log = !finish_destroying(store);
        return done;
    }
    const auto& reversal = *found;
    if (!offline) require_working(context, reversal.prior);

    auto stamp = context.stamp();
    auto progress = store.write([&](store::Transaction& transaction) {
        context.home.check_clock(transaction, stamp.at);
        auto now = still(transaction, reversal.rotation);
        if (now.prior_destroyed_at)
            throw Error(Code::refused, "the prior key was destroyed meanwhile", "rotate to another credential");
        store::set_credential_state(transaction, reversal.fresh.id, State::retired, stamp.at);
        destroy_key_of(transaction, reversal.fresh.id);
        // Devices that only this credential has returned do not prove the organisation.
        store::set_credential_confirmed(transaction, reversal.fresh.id, false);
        store::set_credential_state(transaction, reversal.prior.id, State::active, stamp.at);
        undo_merge_of(transaction, now, stamp);
        if (!offline) {
            record_health(transaction, reversal.prior.id, {}, stamp.at);
            store::set_credential_confirmed(transaction, reversal.prior.id, true);
        }
        now.state = Stage::rolled_back;
        store::update_rotation(transaction, now);
        auto detail = describe(reversal.prior);
        detail.set("rotation", now.id);
        detail.set("instead_of", reversal.fresh.uid);
        if (offline) detail.set("offline", true);
        store::audit(transaction, stamp, "rotation.roll_back", reversal.prior.name, detail);
        RotationResult result;
        result.credential = get_credential(transaction, reversal.prior.id);
        result.rotation = now;
        result.destroyed = true;
        return result;
    });
    progress.in_log = !finish_destroying(store);
    return progress;
}

bool abort(Context& context, const std::string& tenant_name) {
    auto& store = context.store();
    auto stamp = context.stamp();
    {
        store::Transaction transaction(store);
        auto tenant = get_tenant(store, tenant_name);
        auto open = store::open_rotation(store, tenant.id);
        if (!open) {
            if (!give_up_failed(transaction, tenant.id, stamp)) return false;
            transaction.commit();
            finish_destroying(store);
            return true;
        }
        if (open->state == Stage::cut_over)
            throw Error(Code::refused, fmt::format("the rotation of tenant '{}' is cut over already", tenant.name),
                        fmt::format("go back: rekey credential rollback {}", tenant.name));
        give_up(transaction, *open, stamp);
        transaction.commit();
    }
    finish_destroying(store);
    return true;
}

std::optional<store::Rotation> current_rotation(store::Reader& store, store::Id tenant_id) {
    if (auto open = store::open_rotation(store, tenant_id)) return open;
    std::optional<store::Rotation> last;
    for (auto& rotation : store::unfinished_rotations(store))
        if (rotation.tenant_id == tenant_id) last = std::move(rotation);
    return last;
}

std::optional<Time> prior_kept_until(const store::Rotation& rotation) {
    if (rotation.state != Stage::confirmed || rotation.prior_destroyed_at || !rotation.confirmed_at)
        return std::nullopt;
    return *rotation.confirmed_at + rotation.keep_prior;
}

std::string in_words(const store::Rotation& rotation) {
    if (rotation.state == Stage::cut_over) return "not confirmed";
    if (auto until = prior_kept_until(rotation)) return "prior kept until " + to_rfc3339(*until);
    return std::string(store::to_string(rotation.state));
}

}  // namespace rekey::tenants
