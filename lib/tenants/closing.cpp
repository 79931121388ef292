#include "tenants/closing.hpp"

#include <fmt/format.h>

#include <set>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "rekey/store/audit.hpp"
#include "tenants/detail.hpp"
#include "tenants/merging.hpp"
#include "tenants/rotator.hpp"
#include "tenants/soundness.hpp"
#include "tenants/vault.hpp"
#include "tenants/verification.hpp"

namespace rekey::tenants {

namespace {

using State = store::CredentialState;
using Stage = store::RotationState;

store::Credential get(store::Store& store, store::Id id) {
    if (auto credential = store::find_credential(store, id)) return *credential;
    throw Error(Code::corrupt, fmt::format("a rotation names credential {}, which is not there", id));
}

Progress progress_of(store::Store& store, const store::Rotation& rotation) {
    Progress progress;
    for (auto& now : store::rotations_of(store, rotation.tenant_id))
        if (now.id == rotation.id) progress.rotation = std::move(now);
    if (auto active = store::active_credential(store, rotation.tenant_id)) progress.credential = std::move(*active);
    return progress;
}

/// Confirms, and destroys what was kept long enough.
Progress close(Context& context, store::Rotation rotation, bool accept_different_organization) {
    auto& store = context.store();
    std::optional<Failure> waiting;
    if (rotation.state == Stage::cut_over) {
        waiting = confirm_rotation(context, rotation, accept_different_organization);
        rotation = progress_of(store, rotation).rotation;
    }
    bool over = is_over(rotation, context.clock());
    bool in_log = over && !destroy_prior(context.home, rotation, context.stamp());
    auto progress = progress_of(store, rotation);
    progress.waiting = std::move(waiting);
    progress.destroyed = over;
    progress.in_log = in_log;
    return progress;
}

}  // namespace

std::optional<Failure> confirm_rotation(Context& context, const store::Rotation& rotation,
                                        bool accept_different_organization) {
    auto& store = context.store();
    auto fresh = get(store, rotation.new_credential_id);
    auto key = open_key_of(context.home, fresh);
    // What was cut over offline has not been asked yet whose it is.
    auto organization = !rotation.offline               ? Organization::ignore
                        : accept_different_organization ? Organization::accept
                                                        : Organization::check;
    auto verification = ask_provider(context, fresh, key, organization);
    auto stamp = context.stamp();
    store::Transaction transaction(store);
    auto now = still(store, rotation);
    record_health(store, fresh.id, verification, stamp.at);
    if (!verification.failure) {
        now.state = Stage::confirmed;
        now.confirmed_at = stamp.at;
        store::update_rotation(store, now);
        auto detail = describe(fresh);
        detail.set("rotation", now.id);
        if (verification.different_organization) detail.set("different_organization_accepted", true);
        store::audit(store, stamp, "rotation.confirm", fresh.name, detail);
    }
    transaction.commit();
    return verification.failure;
}

bool is_over(const store::Rotation& rotation, Time now) {
    return rotation.state == Stage::confirmed && !rotation.prior_destroyed_at && rotation.confirmed_at &&
           *rotation.confirmed_at + rotation.keep_prior <= now;
}

bool destroy_prior(Home& home, const store::Rotation& rotation, const Stamp& stamp) {
    auto& store = home.store();
    store::Transaction transaction(store);
    // A clock that jumped ahead must not shorten the time for going back.
    home.check_clock(stamp.at);
    auto now = still(store, rotation);
    if (!now.prior_destroyed_at) {
        auto prior = get(store, now.old_credential_id);
        now.prior_destroyed_at = stamp.at;
        store::update_rotation(store, now);
        store::set_credential_state(store, prior.id, State::retired, stamp.at);
        destroy_key_of(store, prior.id);
        auto detail = describe(prior);
        detail.set("rotation", now.id);
        store::audit(store, stamp, "credential.destroy", prior.name, detail);
        transaction.commit();
    }
    return finish_destroying(store);
}

std::optional<Progress> confirm(Context& context, const std::string& tenant_name, bool accept_different_organization) {
    auto& store = context.store();
    auto tenant = get_tenant(store, tenant_name);
    if (auto open = store::open_rotation(store, tenant.id); open && open->state != Stage::cut_over)
        throw Error(Code::refused, fmt::format("the rotation of tenant '{}' is not cut over yet", tenant.name),
                    fmt::format("repeat its command, or give it up: rekey credential abort {}", tenant.name));
    std::optional<Progress> last;
    for (const auto& rotation : store::unfinished_rotations(store))
        if (rotation.tenant_id == tenant.id) last = close(context, rotation, accept_different_organization);
    settle_all(context, tenant.id);
    finish_destroying(store);
    return last;
}

std::vector<store::Rotation> destroy_due(Home& home, const Stamp& stamp) {
    std::vector<store::Rotation> destroyed;
    for (const auto& rotation : store::unfinished_rotations(home.store())) {
        if (!is_over(rotation, stamp.at)) continue;
        destroy_prior(home, rotation, stamp);
        destroyed.push_back(rotation);
    }
    return destroyed;
}

std::vector<Progress> confirm_due(Context& context) {
    auto& store = context.store();
    std::vector<Progress> results;
    std::set<std::string> silent;  // servers that did not answer: asking them again would take as long again
    for (const auto& rotation : store::unfinished_rotations(store)) {
        if (rotation.state == Stage::confirmed && !is_over(rotation, context.clock())) continue;
        try {
            auto server = get(store, rotation.new_credential_id).token_url;
            if (rotation.state == Stage::cut_over && silent.contains(server)) {
                auto progress = progress_of(store, rotation);
                progress.waiting =
                    Failure{Trouble::unreachable, "not asked, as its server did not answer for another tenant"};
                results.push_back(std::move(progress));
                continue;
            }
            results.push_back(close(context, rotation, false));
            const auto& waiting = results.back().waiting;
            if (waiting && waiting->trouble == Trouble::unreachable) silent.insert(server);
        } catch (const Error& e) {
            auto progress = progress_of(store, rotation);
            progress.problem = e.message();
            results.push_back(std::move(progress));
        }
    }
    settle_all(context, 0);
    finish_destroying(store);
    return results;
}

}  // namespace rekey::tenants
