#include "tenants/credentials/vault.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "crypto/sealing/seal.hpp"
#include "rekey/base/base.hpp"
#include "rekey/tenants/credentials.hpp"
#include "store/sql/settings.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/seals.hpp"
#include "tenants/credentials/credential_checks.hpp"

namespace rekey::tenants {

namespace {

// Set with the destruction, taken away after the log is empty: a crash between the two is noticed.
constexpr const char* pending_setting = store::destroyed_keys_setting;
constexpr int checkpoint_attempts = 5;
constexpr std::chrono::milliseconds between_attempts{100};

std::string seal_context(const store::Credential& credential) {
    return fmt::format("tenant/{}/credential/{}/key", credential.tenant_uid, credential.uid);
}

}  // namespace

Bytes seal_key_of(Home& home, const store::Credential& credential, const Secret& pem) {
    return home.seal_key().seal(pem.view(), seal_context(credential));
}

Secret open_key_of(Home& home, const store::Credential& credential) {
    if (credential.sealed_key.empty()) {
        auto active = store::active_credential(home.store(), credential.tenant_id);
        throw Error(Code::refused, fmt::format("the key of '{}' was destroyed", printable(credential.name)),
                    active ? fmt::format("the active credential of tenant '{}' is: {}", active->tenant,
                                         tenants::quoted(active->name))
                           : "add a credential whose key is there: rekey credential add NAME");
    }
    try {
        return home.seal_key().open(credential.sealed_key, seal_context(credential));
    } catch (Error& e) {
        throw e.in(fmt::format("the key of '{}'", printable(credential.name)));
    }
}

std::vector<std::string> damaged_keys(store::Reader& store, const crypto::SealKey& key) {
    std::vector<std::string> damaged;
    store::each_credential(store, std::nullopt, [&](const store::Credential& credential) {
        if (crypto::SealKey::key_id_of(credential.sealed_key) != key.id()) return;
        try {
            key.open(credential.sealed_key, seal_context(credential));
        } catch (const Error&) {
            damaged.push_back(credential.name);
        }
    });
    return damaged;
}

void reseal(store::Transaction& transaction, const crypto::SealKey& from, const crypto::SealKey& to) {
    std::vector<store::Credential> sealed;
    store::each_credential(transaction, std::nullopt, [&](const store::Credential& credential) {
        if (!credential.sealed_key.empty()) sealed.push_back(credential);
    });
    for (const auto& credential : sealed) {
        auto context = seal_context(credential);
        auto plain = from.open(credential.sealed_key, context);
        store::reseal_credential(transaction, credential.id, to.seal(plain.view(), context));
    }
}

void destroy_key_of(store::Transaction& transaction, store::Id credential_id) {
    store::destroy_key(transaction, credential_id);
    note_destroyed_keys(transaction);
}

void note_destroyed_keys(store::Transaction& transaction) { store::set_setting(transaction, pending_setting, "1"); }

bool is_destroying(store::Reader& store) { return store::setting(store, pending_setting).value_or("") == "1"; }

bool finish_destroying(store::Store& store) {
    if (!is_destroying(store)) return true;
    for (int attempt = 0; attempt < checkpoint_attempts; ++attempt) {
        if (attempt != 0) std::this_thread::sleep_for(between_attempts);
        if (!store.checkpoint()) continue;
        store.write([&](store::Transaction& transaction) { store::set_setting(transaction, pending_setting, ""); });
        return true;
    }
    return false;
}

}  // namespace rekey::tenants
