#include "tenants/verification.hpp"

#include <fmt/format.h>

#include "rekey/base/error.hpp"
#include "rekey/store/records.hpp"

namespace rekey::tenants {

namespace {

constexpr int asked_by_id = 5;

/// Whether the provider serves another organisation than the tenant's; or why that is not known.
Answer<bool> is_elsewhere(Context& context, const store::Credential& credential, const Secret& token,
                          const std::vector<std::string>& page) {
    auto& store = context.store();
    auto ours = store::some_device_ids(store, credential.tenant_id, asked_by_id);
    if (ours.empty() || !store::known_device_ids(store, credential.tenant_id, page).empty()) return false;
    std::optional<Failure> unclear;
    for (const auto& id : ours) {
        auto answer = context.provider.knows(credential, token, id);
        if (auto* failure = std::get_if<Failure>(&answer))
            unclear = std::move(*failure);
        else if (std::get<bool>(answer))
            return false;
    }
    if (unclear) return *unclear;
    return true;
}

}  // namespace

Verification ask_provider(Context& context, const store::Credential& credential, const Secret& key,
                          Organization organization) {
    auto token = context.provider.token(credential, key, context.clock());
    if (auto* failure = std::get_if<Failure>(&token)) return {*failure, false};
    const auto& secret = std::get<Secret>(token);
    auto page = context.provider.devices(credential, secret);
    if (auto* failure = std::get_if<Failure>(&page)) return {*failure, false};
    if (credential.tenant_id == 0 || organization == Organization::ignore) return {};
    auto elsewhere = is_elsewhere(context, credential, secret, std::get<std::vector<std::string>>(page));
    if (auto* failure = std::get_if<Failure>(&elsewhere)) return {*failure, false};
    if (!std::get<bool>(elsewhere)) return {};
    if (organization == Organization::accept) return {std::nullopt, true};
    return {Failure{Trouble::wrong_organization,
                    fmt::format("client ID {} belongs to another organisation: it knows none of the devices of "
                                "tenant '{}'",
                                credential.client_id, credential.tenant)},
            false};
}

void record_health(store::Store& store, store::Id credential_id, const Verification& verification, Time now) {
    auto credential = store::find_credential(store, credential_id);
    if (!credential) throw Error(Code::not_found, "the credential was removed meanwhile");
    auto health = credential->health;
    if (verification.failure) {
        health.last_failure = now;
        health.failure_class = to_string(verification.failure->trouble);
        health.failure = verification.failure->what;
    } else {
        health.last_success = now;
    }
    store::set_credential_health(store, credential_id, health);
}

void raise(const Failure& failure, const std::string& hint) {
    throw Error(is_final(failure.trouble) ? Code::refused : Code::unreachable, failure.what, hint);
}

}  // namespace rekey::tenants
