#pragma once

#include "rekey/store/records.hpp"
#include "rekey/store/tenants.hpp"
#include "store/records/coverage.hpp"
#include "store/records/devices.hpp"
#include "store/sample.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/rotations.hpp"
#include "store/tenants/tenants.hpp"

/// What the tests of tenants, their credentials and records are made from.
namespace rekey::store::test {

inline std::string uid_of(const std::string& name) { return to_hex(ByteView(sha256(view_of(name))).first(16)); }

inline Tenant tenant_named(const std::string& name) {
    Tenant tenant;
    tenant.uid = uid_of("tenant " + name);
    tenant.name = name;
    tenant.created_at = noon;
    return tenant;
}

inline Device device_with(const std::string& id) {
    Device device;
    device.id = id;
    device.serial = "S" + id;
    device.model = "iPad (10th generation)";
    device.family = "iPad";
    device.status = "ASSIGNED";
    device.attributes = R"({"color":"SILVER","x-unknown":[1,{"a":null}]})";
    device.first_seen = noon;
    device.last_seen = noon;
    return device;
}

inline Coverage coverage_with(const std::string& device_id, const std::string& id) {
    Coverage coverage;
    coverage.id = id;
    coverage.device_id = device_id;
    coverage.status = "ACTIVE";
    coverage.description = "Limited Warranty";
    coverage.starts = noon - 10 * day;
    coverage.ends = noon + 355 * day;
    coverage.attributes = R"({"isRenewable":false})";
    coverage.last_seen = noon;
    return coverage;
}

/// The tenants `acme` and `globex`; of `acme` the active credential `main`.
struct Tenants {
    StoreFolder scratch;
    Store store = scratch.create();
    Tenant acme = tenant_named("acme");
    Tenant globex = tenant_named("globex");
    Credential main;

    Tenants() {
        store.write([&](Transaction& transaction) {
            add_tenant(transaction, globex);
            add_tenant(transaction, acme);
        });
        main = add(credential_of(acme, "main", CredentialState::active));
    }

    Credential credential_of(const Tenant& tenant, const std::string& name,
                             CredentialState state = CredentialState::staged) {
        Credential credential;
        credential.uid = uid_of("credential " + std::to_string(++made_));
        credential.tenant_id = tenant.id;
        credential.name = name;
        credential.client_id = "BUSINESSAPI." + std::to_string(made_);
        credential.key_id = "key-" + std::to_string(made_);
        credential.scope = "business.api";
        credential.token_url = "https://account.example/token";
        credential.audience = "https://account.example/v2/token";
        credential.api_url = "https://api.example/v1";
        credential.sealed_key = to_bytes(view_of("sealed key " + std::to_string(made_)));
        credential.key_fingerprint = sha256(view_of(credential.key_id));
        credential.state = state;
        credential.source = "manual";
        credential.created_at = noon;
        return credential;
    }

    Credential add(Credential credential) {
        store.write([&](Transaction& transaction) { add_credential(transaction, credential); });
        return credential;
    }

    Rotation rotation_to(const Credential& next) const {
        Rotation rotation;
        rotation.tenant_id = next.tenant_id;
        rotation.old_credential_id = main.id;
        rotation.new_credential_id = next.id;
        rotation.keep_prior = day;
        rotation.started_at = noon;
        rotation.actor = "alice@host";
        return rotation;
    }

    Rotation add(Rotation rotation) {
        store.write([&](Transaction& transaction) { add_rotation(transaction, rotation); });
        return rotation;
    }

    void put(const Tenant& tenant, const std::vector<Device>& devices) {
        store.write([&](Transaction& transaction) { put_devices(transaction, tenant.id, devices); });
    }
    void put(const Tenant& tenant, const std::vector<Coverage>& coverage) {
        store.write([&](Transaction& transaction) { put_coverage(transaction, tenant.id, coverage); });
    }

    /// Whether it lies in any file of the database.
    bool on_disk(const std::string& bytes) const {
        for (const char* suffix : {"", "-wal", "-shm"})
            if (contains(content_of(scratch.path + suffix), bytes)) return true;
        return false;
    }

private:
    int made_ = 0;
};

}  // namespace rekey::store::test
