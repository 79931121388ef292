#pragma once

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "crypto/keys/assertion.hpp"
#include "crypto/keys/key.hpp"
#include "errors.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/records.hpp"
#include "rekey/store/store.hpp"
#include "rekey/tenants/credentials.hpp"
#include "shell.hpp"
#include "store/records/devices.hpp"
#include "tenants/rotation/rotation_steps.hpp"

namespace rekey::test {

inline std::vector<store::Device> devices_named(const std::vector<std::string>& ids) {
    std::vector<store::Device> devices;
    for (const auto& id : ids) {
        store::Device device;
        device.id = device.serial = id;
        device.attributes = "{}";
        devices.push_back(device);
    }
    return devices;
}

inline tenants::DevicePage page_of(const std::vector<std::string>& ids) {
    tenants::DevicePage page;
    page.devices = devices_named(ids);
    return page;
}

/// A provider in memory: it knows client IDs and devices, and counts what it is asked.
class FakeProvider : public tenants::Provider {
public:
    std::set<std::string> clients{"old", "new"};
    std::vector<std::string> page{"D1", "D2"};
    std::set<std::string> known{"D1", "D2"};
    std::optional<tenants::Failure> token_failure;
    std::optional<tenants::Failure> device_failure;
    int asked = 0;

    tenants::Answer<Secret> token(const store::Credential& credential, const Secret& key, Time,
                                  std::chrono::milliseconds) override {
        ++asked;
        CHECK(text_of(key.view()).starts_with("-----BEGIN PRIVATE KEY-----"));
        if (token_failure) return *token_failure;
        if (!clients.contains(credential.client_id))
            return tenants::Failure{tenants::Trouble::invalid_client, "it is not accepted"};
        return Secret::copy_of(view_of("token"));
    }
    tenants::Answer<tenants::DevicePage> devices(const tenants::ApiAccess&, const std::string&) override {
        ++asked;
        return page_of(page);
    }
    tenants::Answer<tenants::DeviceAnswer> device(const tenants::ApiAccess&, const std::string& id) override {
        ++asked;
        if (device_failure) return *device_failure;
        tenants::DeviceAnswer answer;
        if (known.contains(id)) answer.device = devices_named({id}).front();
        return answer;
    }
    tenants::Answer<tenants::CoverageAnswer> coverage(const tenants::ApiAccess&, const std::string&) override {
        return tenants::CoverageAnswer{};
    }
};

/// Nothing is asked again.
constexpr tenants::Patience impatient{.total = Seconds{0}};

/// A home with one tenant, whose active credential is `acme` with client ID `old`.
class Workshop {
public:
    Workshop() : home_(make()) { add("acme", "old"); }

    const Time start = *from_rfc3339("2030-01-01T00:00:00Z");
    Time now = start;
    FakeProvider provider;

    /// As after the end of the process: nothing but the store is left.
    void reopen() { home_.emplace(Home::open(path_, store::Store::Mode::write, now)); }

    Home& home() { return *home_; }
    store::Store& store() { return home_->store(); }
    tenants::Context context() {
        return {home(), provider, [this] { return now; }, "tester@bench", impatient, {}};
    }

    /// PEM of a key that is always the same for the same client.
    const std::string& key_of(const std::string& client) {
        auto& pem = keys_[client];
        if (pem.empty()) pem = std::string(text_of(crypto::PrivateKey::generate("ec-p256").to_pem().view()));
        return pem;
    }
    tenants::Input input(const std::string& client) {
        tenants::Input input;
        input.client_id = client;
        input.key_id = "key-of-" + client;
        input.key = Secret::copy_of(view_of(key_of(client)));
        return input;
    }
    tenants::RotationRequest request(const std::string& client) {
        tenants::RotationRequest request;
        request.credential = "acme";
        request.input = input(client);
        return request;
    }
    void add(const std::string& name, const std::string& client) {
        auto given = input(client);
        given.name = name;
        auto all = context();
        tenants::add(all, name, given, tenants::endpoints("business", "", "", ""), false);
    }
    tenants::RotationResult rotate(const std::string& client) {
        auto all = context();
        auto asked = request(client);
        return tenants::rotate(all, asked);
    }

    store::Tenant tenant() { return tenants::get_tenant(store(), "acme"); }
    store::Credential active() { return *store::active_credential(store(), tenant().id); }
    std::vector<store::Rotation> rotations() { return store::rotations_of(store(), tenant().id); }
    store::Credential credential(store::Id id) { return *store::find_credential(store(), id); }

    void put_devices(const std::vector<std::string>& ids) {
        auto devices = devices_named(ids);
        for (auto& device : devices) device.first_seen = device.last_seen = now;
        store().write([&](store::Transaction& transaction) { store::put_devices(transaction, tenant().id, devices); });
    }

    /// What holds at every instant, whatever happened.
    void check_sound() {
        int active_ones = 0;
        store::each_credential(store(), tenant().id, [&](const store::Credential& credential) {
            if (credential.state == store::CredentialState::active) {
                ++active_ones;
                CHECK_FALSE(credential.sealed_key.empty());
            }
        });
        CHECK(active_ones == 1);
        auto trail = store::verify_audit(store());
        CHECK(trail.problems.empty());
        CHECK(store().problems().empty());
    }

    std::vector<std::string> actions() {
        std::vector<std::string> list;
        store::each_audit(store(), 0, [&](const store::AuditEntry& entry) { list.push_back(entry.action); });
        return list;
    }

private:
    Home make() {
        path_ = scratch_ / "home";
        bool made = false;
        return Home::create(path_, "Acme", {start, "tester@bench"}, made);
    }

    TemporaryFolder scratch_;
    std::string path_;
    std::optional<Home> home_;
    std::map<std::string, std::string> keys_;
};

}  // namespace rekey::test
