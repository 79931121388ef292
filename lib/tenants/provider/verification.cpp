#include "tenants/provider/verification.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/records.hpp"
#include "store/records/record_counts.hpp"
#include "store/tenants/credentials.hpp"
#include "tenants/provider/api_client.hpp"

namespace rekey::tenants {

namespace {

constexpr int asked_by_id = 5;

/// An answer, or why there is none. Throws Code::interrupted.
template <class T>
Answer<T> answered(Asked<T>&& asked) {
    if (std::holds_alternative<StopReason>(asked)) throw_interrupted();
    if (auto* failure = std::get_if<Failure>(&asked)) return std::move(*failure);
    return std::move(std::get<T>(asked));
}

std::vector<std::string> ids_of(const DevicePage& page) {
    std::vector<std::string> ids;
    for (const auto& device : page.devices) ids.push_back(device.id);
    // They are there, whatever could not be read of them.
    for (const auto& unread : page.unread) ids.push_back(unread.id);
    return ids;
}

/// Whether the provider serves another organisation than the tenant's; or why that is not known.
Answer<bool> is_elsewhere(Context& context, ApiClient& client, store::Id tenant_id,
                          const std::vector<std::string>& page) {
    auto& store = context.store();
    auto presence = store::Presence::active;
    auto ours = store::some_device_ids(store, tenant_id, presence, asked_by_id);
    if (ours.empty()) {
        presence = store::Presence::inactive;
        ours = store::some_device_ids(store, tenant_id, presence, asked_by_id);
    }
    if (ours.empty() || !store::known_device_ids(store, tenant_id, presence, page).empty()) return false;
    std::optional<Failure> unclear;
    for (const auto& id : ours) {
        auto answer = answered(client.device(context.provider, id));
        if (auto* failure = std::get_if<Failure>(&answer)) {
            unclear = std::move(*failure);
            continue;
        }
        const auto& found = std::get<DeviceAnswer>(answer);
        if (found.device || found.unread) return false;
    }
    if (unclear) return *unclear;
    return true;
}

}  // namespace

Verification ask_provider(Context& context, const store::Credential& credential, const Secret& key,
                          Organization organization) {
    Verification verification;
    auto failed = [&](Failure failure) {
        verification.failure = std::move(failure);
        return verification;
    };
    ApiClient client(context, credential, key, limits_of_verification(context.patience));
    auto refusal = client.begin();
    verification.clock_ahead = context.provider.clock_ahead();
    if (refusal) return failed(*refusal);
    auto page = answered(client.devices(context.provider, ""));
    if (auto* failure = std::get_if<Failure>(&page)) return failed(*failure);
    if (credential.tenant_id == 0) return verification;
    auto ids = ids_of(std::get<DevicePage>(page));
    auto elsewhere = is_elsewhere(context, client, credential.tenant_id, ids);
    if (auto* failure = std::get_if<Failure>(&elsewhere)) return failed(*failure);
    if (!std::get<bool>(elsewhere)) return verification;
    if (organization == Organization::accept) {
        verification.different_organization = true;
        return verification;
    }
    auto what = ids.empty() ? fmt::format(
                                  "client ID {} sees no device at all, and tenant '{}' has some: its account "
                                  "may see none, or it belongs to another organisation",
                                  credential.client_id, credential.tenant)
                            : fmt::format(
                                  "client ID {} belongs to another organisation: it knows none of the devices "
                                  "of tenant '{}'",
                                  credential.client_id, credential.tenant);
    return failed({Trouble::wrong_organization, std::move(what)});
}

Organization organization_of(const store::Rotation& rotation, bool accept_different_organization) {
    return accept_different_organization || rotation.different_accepted ? Organization::accept : Organization::check;
}

void record_health(store::Transaction& transaction, store::Id credential_id, const Verification& verification,
                   Time now) {
    auto credential = store::find_credential(transaction, credential_id);
    if (!credential) throw Error(Code::not_found, "the credential was removed meanwhile");
    auto health = credential->health;
    if (verification.failure) {
        health.last_failure = now;
        health.failure_class = to_string(verification.failure->trouble);
        health.failure = verification.failure->what;
    } else {
        health.last_success = now;
    }
    if (verification.clock_ahead) health.clock_ahead = verification.clock_ahead;
    store::set_credential_health(transaction, credential_id, health);
}

void raise(const Failure& failure, const std::string& tenant, const std::string& hint) {
    auto what_to_do = remedy(failure.trouble, tenant);
    throw Error(is_refusal(failure.trouble) ? Code::refused : Code::unreachable, failure.what,
                what_to_do.empty() ? hint : fmt::format("{}\n  {}", what_to_do, hint));
}

}  // namespace rekey::tenants
