#include "rekey/tenants/credentials.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "rekey/base/base.hpp"
#include "rekey/store/records.hpp"
#include "rekey/store/store.hpp"
#include "rekey/store/tenants.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/fleet/name_lookup.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/rotations.hpp"
#include "store/tenants/tenants.hpp"
#include "tenants/credentials/credential_checks.hpp"
#include "tenants/credentials/input.hpp"
#include "tenants/credentials/vault.hpp"
#include "tenants/provider/verification.hpp"

namespace rekey::tenants {

namespace {

using State = store::CredentialState;

/// The tenant of that name, made when it is missing.
store::Tenant take_tenant(store::Transaction& transaction, const std::string& name, const Stamp& stamp) {
    if (auto known = store::find_tenant(transaction, name)) return *known;
    store::Tenant tenant;
    tenant.uid = to_hex(random_bytes(uid_size));
    tenant.name = name;
    tenant.created_at = stamp.at;
    store::add_tenant(transaction, tenant);
    store::audit(transaction, stamp, "tenant.add", name);
    return tenant;
}

[[noreturn]] void refuse_second(const store::Credential& active) {
    throw Error(
        Code::refused,
        fmt::format("tenant '{}' has the active credential '{}' already", active.tenant, printable(active.name)),
        fmt::format("replace it: rekey credential rotate {}", quoted(active.name)));
}

/// What is known without asking anybody; asked again by the store when it counts.
std::optional<store::Credential> find_same(Context& context, const std::optional<store::Tenant>& tenant,
                                           const Checked& given, const Endpoints& endpoints) {
    auto& store = context.store();
    if (tenant)
        if (auto active = store::active_credential(store, tenant->id)) {
            if (is_same(*active, given, endpoints) && active->name == given.name) return active;
            refuse_second(*active);
        }
    require_free_client_id(store, given.client_id, tenant ? tenant->id : 0);
    return std::nullopt;
}

}  // namespace

Added add(Context& context, const std::string& tenant_name, Input& input, const Endpoints& endpoints, bool offline) {
    auto given = check_input(input, input.name);
    require_scope_of_client(endpoints.scope, given.client_id);
    require_name(tenant_name, "tenant");
    auto& store = context.store();
    auto known = store::find_tenant(store, tenant_name);
    if (auto active = find_same(context, known, given, endpoints)) {
        if (given.delivery) {
            store.write([&](store::Transaction& transaction) {
                accept(transaction, *given.delivery, *active, context.stamp());
            });
        }
        return {*active, true};
    }
    auto credential = make_credential(
        given, endpoints, given.delivery ? "payload/" + given.delivery->entry_id : "manual", context.clock());
    if (known) {
        credential.tenant_id = known->id;
        credential.tenant = known->name;
    }
    Verification verification;
    if (!offline) {
        verification = ask_provider(context, credential, given.key, Organization::check);
        if (verification.failure)
            raise(*verification.failure, credential.tenant,
                  verification.failure->trouble == Trouble::invalid_client
                      ? "nothing was added; compare the client ID, key ID and key with the provider's"
                      : "nothing was added; try again later, or add it unverified: --offline");
    }

    auto stamp = context.stamp();
    auto added = store.write([&](store::Transaction& transaction) {
        context.home.check_clock(transaction, stamp.at);
        auto tenant = take_tenant(transaction, tenant_name, stamp);
        require_no_merge(transaction, tenant);
        if (auto active = store::active_credential(transaction, tenant.id)) refuse_second(*active);
        credential.tenant_id = tenant.id;
        credential.tenant = tenant.name;
        credential.tenant_uid = tenant.uid;
        credential.sealed_key = seal_key_of(context.home, credential, given.key);
        credential.state = State::active;
        credential.activated_at = stamp.at;
        store::add_credential(transaction, credential);
        if (!offline) {
            record_health(transaction, credential.id, verification, stamp.at);
            store::set_credential_confirmed(transaction, credential.id, true);
        }
        if (given.delivery) accept(transaction, *given.delivery, credential, stamp);
        auto detail = describe(credential);
        detail.set("verified", !offline);
        store::audit(transaction, stamp, "credential.add", credential.name, detail);
        return get_credential(transaction, credential.id);
    });
    return {std::move(added)};
}

store::Credential get_credential(store::Reader& store, const std::string& name) {
    std::set<std::string> owners;
    store::each_credential(store, std::nullopt, [&](const store::Credential& credential) {
        bool in_use = credential.state == State::active || credential.state == State::staged;
        if (in_use && credential.name == name) owners.insert(credential.tenant);
    });
    if (owners.size() > 1)
        throw Error(
            Code::usage,
            fmt::format("'{}' can be several credentials, of tenants {}", printable(name), fmt::join(owners, ", ")),
            "name the tenant instead");
    if (auto found = store::find_credential(store, name)) return *found;
    if (auto tenant = store::find_tenant(store, name))
        if (auto active = store::active_credential(store, tenant->id)) return *active;
    throw Error(Code::not_found, fmt::format("there is no credential '{}'", printable(name)),
                store::did_you_mean(store, store::NameKind::credential, name, "see: rekey credential list"));
}

store::Tenant get_tenant(store::Reader& store, const std::string& name) {
    if (auto tenant = store::find_tenant(store, name)) return *tenant;
    throw Error(Code::not_found, fmt::format("there is no tenant '{}'", printable(name)),
                store::did_you_mean(store, store::NameKind::tenant, name, "see: rekey tenants list"));
}

Verification verify(Context& context, const store::Credential& credential) {
    auto key = open_key_of(context.home, credential);
    auto verification = ask_provider(context, credential, key, Organization::check);
    context.store().write([&](store::Transaction& transaction) {
        record_health(transaction, credential.id, verification, context.clock());
        auto open = store::open_rotation(transaction, credential.tenant_id);
        bool in_rotation = open && open->new_credential_id == credential.id;
        if (!verification.failure && !in_rotation) store::set_credential_confirmed(transaction, credential.id, true);
    });
    return verification;
}

EndpointsSet set_endpoints(Context& context, const std::string& tenant_name, const EndpointChanges& changes,
                           bool offline, bool accept_different_organization) {
    auto& store = context.store();
    auto tenant = get_tenant(store, tenant_name);
    auto seen = store::active_credential(store, tenant.id);
    if (!seen)
        throw Error(Code::refused, fmt::format("tenant '{}' has no active credential", tenant.name),
                    fmt::format("add one: rekey credential add {} --tenant {}", tenant.name, tenant.name));
    auto wanted = *seen;
    auto to = changed(endpoints_of(*seen), changes);
    require_scope_of_client(to.scope, seen->client_id);
    if (to == endpoints_of(*seen)) return {*seen, true};
    wanted.scope = to.scope;
    wanted.token_url = to.token_url;
    wanted.audience = to.audience;
    wanted.api_url = to.api_url;
    Verification verification;
    if (!offline) {
        auto key = open_key_of(context.home, *seen);
        verification = ask_provider(context, wanted, key,
                                    accept_different_organization ? Organization::accept : Organization::check);
        if (verification.failure)
            raise(*verification.failure, wanted.tenant,
                  "nothing was changed; try again later, or set it unverified: --offline");
    }

    auto stamp = context.stamp();
    auto changed_now = store.write([&](store::Transaction& transaction) {
        context.home.check_clock(transaction, stamp.at);
        auto now = store::find_credential(transaction, seen->id);
        if (!now || now->state != State::active || endpoints_of(*now) != endpoints_of(*seen))
            throw Error(Code::busy, fmt::format("somebody else changes the credential of tenant '{}'", tenant.name),
                        fmt::format("see: rekey tenants show {}", tenant.name));
        store::set_credential_endpoints(transaction, wanted);
        auto open = store::open_rotation(transaction, tenant.id);
        bool in_rotation = open && open->new_credential_id == now->id;
        if (!offline) record_health(transaction, now->id, verification, stamp.at);
        if (offline || !in_rotation) store::set_credential_confirmed(transaction, now->id, !offline);
        store::AuditDetail from{{"scope", now->scope},
                                {"token_url", now->token_url},
                                {"audience", now->audience},
                                {"api_url", now->api_url}};
        auto detail = describe(wanted);
        detail.set("token_url", to.token_url);
        detail.set("audience", to.audience);
        detail.set("api_url", to.api_url);
        detail.set("from", from);
        detail.set("verified", !offline);
        if (verification.different_organization) detail.set("different_organization_accepted", true);
        store::audit(transaction, stamp, "tenant.set", tenant.name, detail);
        return get_credential(transaction, now->id);
    });
    return {std::move(changed_now)};
}

namespace {

/// Of credentials that have the same name, one whose key is there hides behind newer ones that failed.
store::Credential with_key(store::Reader& store, const store::Credential& named) {
    if (!named.sealed_key.empty()) return named;
    auto found = named;
    store::each_credential(store, named.tenant_id, [&](const store::Credential& credential) {
        if (credential.name == named.name && !credential.sealed_key.empty()) found = credential;
    });
    return found;
}

void require_not_used(const store::Credential& credential) {
    switch (credential.state) {
        case State::active:
            throw Error(Code::refused,
                        fmt::format("'{}' is the active credential of tenant '{}'", printable(credential.name),
                                    credential.tenant),
                        fmt::format("rotate it, or remove the tenant with all of its data: rekey tenants remove {}",
                                    credential.tenant));
        case State::staged:
            throw Error(Code::refused, fmt::format("'{}' is part of a rotation", printable(credential.name)),
                        fmt::format("give that up: rekey credential abort {}", credential.tenant));
        case State::superseded:
        case State::retired:
        case State::failed:
            break;
    }
    if (credential.sealed_key.empty())
        throw Error(Code::refused, fmt::format("the key of '{}' is destroyed already", printable(credential.name)),
                    "its record is history, which is kept");
}

void require_no_merge_from(store::Reader& store, const store::Credential& credential) {
    for (const auto& merge : store::open_merges(store))
        if (merge.from_credential_id == credential.id)
            throw Error(Code::refused,
                        fmt::format("'{}' is kept until the merge of tenant '{}' is confirmed",
                                    printable(credential.name), credential.tenant),
                        "finish the merge by repeating its command");
}

/// The rotations that a tenant can still go back from, to this credential.
std::vector<store::Rotation> ways_back_to(store::Reader& store, const store::Credential& credential) {
    std::vector<store::Rotation> found;
    for (auto& rotation : store::rotations_of(store, credential.tenant_id)) {
        if (rotation.old_credential_id != credential.id || rotation.prior_destroyed_at) continue;
        if (rotation.state == store::RotationState::cut_over)
            throw Error(Code::refused,
                        fmt::format("'{}' is kept until its successor is confirmed", printable(credential.name)),
                        fmt::format("confirm it: rekey credential confirm {}", credential.tenant));
        if (rotation.state == store::RotationState::confirmed) found.push_back(std::move(rotation));
    }
    return found;
}

struct RemovableCredential {
    store::Credential credential;
    std::vector<store::Rotation> ways_back;
};

RemovableCredential get_removable(store::Reader& store, const std::string& name) {
    auto credential = with_key(store, get_credential(store, name));
    require_not_used(credential);
    require_no_merge_from(store, credential);
    auto ways_back = ways_back_to(store, credential);
    return {std::move(credential), std::move(ways_back)};
}

[[noreturn]] void refuse_way_back(const RemovableCredential& removable, const std::string& name) {
    const auto& credential = removable.credential;
    const auto& rotation = removable.ways_back.front();
    throw Error(
        Code::refused,
        fmt::format("'{}' (client ID {}) is what tenant '{}' can go back to until {}", printable(credential.name),
                    credential.client_id, credential.tenant,
                    rotation.confirmed_at ? to_rfc3339(*rotation.confirmed_at + rotation.keep_prior) : "then"),
        fmt::format("it is destroyed after that by itself; now, without a way back: rekey credential remove {} --yes",
                    quoted(name)));
}

}  // namespace

RemovalLoss loss_by_removing(store::Reader& store, const std::string& name) {
    auto removable = get_removable(store, name);
    RemovalLoss loss{std::move(removable.credential)};
    for (const auto& rotation : removable.ways_back)
        if (rotation.confirmed_at) loss.way_back_until = *rotation.confirmed_at + rotation.keep_prior;
    return loss;
}

Removal remove(Context& context, const std::string& name, bool way_back_too) {
    auto& store = context.store();
    auto stamp = context.stamp();
    auto removed = store.write([&](store::Transaction& transaction) {
        auto removable = get_removable(transaction, name);
        if (!removable.ways_back.empty() && !way_back_too) refuse_way_back(removable, name);
        for (auto& rotation : removable.ways_back) {
            rotation.prior_destroyed_at = stamp.at;
            store::update_rotation(transaction, rotation);
        }
        const auto& credential = removable.credential;
        destroy_key_of(transaction, credential.id);
        store::set_credential_state(transaction, credential.id, State::retired, stamp.at);
        store::audit(transaction, stamp, "credential.remove", credential.name, describe(credential));
        return get_credential(transaction, credential.id);
    });
    bool in_log = !finish_destroying(store);
    return {std::move(removed), in_log};
}

bool remove_tenant(Context& context, const std::string& name) {
    auto& store = context.store();
    auto stamp = context.stamp();
    store.write([&](store::Transaction& transaction) {
        auto tenant = get_tenant(transaction, name);
        require_no_merge(transaction, tenant);
        auto counts = store::count_records(transaction, tenant.id);
        store::AuditDetail detail{{"uid", tenant.uid}, {"devices", counts.devices}, {"coverage", counts.coverage}};
        store::remove_tenant(transaction, tenant.id);
        note_destroyed_keys(transaction);
        store::audit(transaction, stamp, "tenant.remove", name, detail);
    });
    return finish_destroying(store);
}

}  // namespace rekey::tenants
