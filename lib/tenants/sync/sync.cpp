#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/tenants/records.hpp"
#include "store/tenants/credentials.hpp"
#include "tenants/credentials/vault.hpp"
#include "tenants/provider/verification.hpp"
#include "tenants/sync/sync_run.hpp"

namespace rekey::tenants {

namespace {

constexpr std::chrono::milliseconds lock_patience{200};

/// Held while a sync of the tenant lives; free when its process died.
std::unique_ptr<store::Lock> lock_tenant(Home& home, const store::Tenant& tenant) {
    auto held = home.store().lock(fmt::format("sync/{}", tenant.id), lock_patience);
    if (!held)
        throw Error(Code::busy, fmt::format("another sync of tenant '{}' is at work", tenant.name),
                    "wait for its end; it loses nothing when it is interrupted");
    return held;
}

store::Credential credential_of(store::Reader& store, const store::Tenant& tenant) {
    if (auto active = store::active_credential(store, tenant.id)) return *active;
    throw Error(Code::refused, fmt::format("tenant '{}' has no active credential", tenant.name),
                "see: rekey credential history " + tenant.name);
}

void note_failure(Context& context, const store::Credential& credential, const Failure& failure) {
    auto& store = context.store();
    auto now = context.clock();
    store.write([&](store::Transaction& transaction) {
        // The tenant may have been removed meanwhile.
        if (store::find_credential(transaction, credential.id))
            record_health(transaction, credential.id, {failure}, now);
    });
}

[[noreturn]] void give_up(const Failure& failure, const std::string& tenant) {
    raise(failure, tenant,
          is_final(failure.trouble) ? "no record was changed; see: rekey credential verify"
                                    : "no record was changed; try again later");
}

/// A credential that nobody has judged yet must not bring another organisation's records, nor make an end of the
/// tenant's: they are what it is judged by.
void require_own_organization(Context& context, const store::Credential& credential) {
    if (credential.confirmed) return;
    auto& store = context.store();
    auto open = store::open_rotation(store, credential.tenant_id);
    bool in_rotation = open && open->new_credential_id == credential.id;
    auto key = open_key_of(context.home, credential);
    auto verification =
        ask_provider(context, credential, key, in_rotation ? organization_of(*open, false) : Organization::check);
    if (auto& failure = verification.failure) {
        note_failure(context, credential, *failure);
        raise(*failure, credential.tenant,
              in_rotation && is_final(failure->trouble)
                  ? fmt::format("no record was changed; go back: rekey credential rollback {}; if it is meant: "
                                "rekey credential confirm {} --accept-different-organization",
                                credential.tenant, credential.tenant)
                  : "no record was changed; try again later");
    }
    // One in a rotation is confirmed by `confirm` alone.
    store.write([&](store::Transaction& transaction) {
        record_health(transaction, credential.id, verification, context.clock());
        if (!in_rotation) store::set_credential_confirmed(transaction, credential.id, true);
    });
}

}  // namespace

SyncObserver::~SyncObserver() = default;
void SyncObserver::progress(const SyncProgress&) {}
void SyncObserver::missed(const std::string&, const std::string&) {}

SyncResult sync(Context& context, const OpenProvider& open, const SyncRequest& request, SyncObserver& observer) {
    auto& store = context.store();
    auto tenant = get_tenant(store, request.tenant);
    auto lock = lock_tenant(context.home, tenant);
    context.home.compare_clock(context.clock());
    auto credential = credential_of(store, tenant);
    auto key = open_key_of(context.home, credential);
    ApiClient client(context, credential, key, limits_of_sync(context.patience, request.max_requests));
    require_own_organization(context, credential);
    if (auto failure = client.begin()) {
        note_failure(context, credential, *failure);
        give_up(*failure, credential.tenant);
    }
    SyncRun run(context, open, request, observer, credential, client);
    auto result = request.devices.empty() ? run.all() : run.named();
    result.requests = client.requests();
    if (result.stopped) {
        note_failure(context, credential, *result.stopped);
        // Nothing was recorded, ever: otherwise the result says how far it is.
        if (result.sync.pages == 0 && result.sync.seen == 0) give_up(*result.stopped, credential.tenant);
    }
    return result;
}

}  // namespace rekey::tenants
