#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rekey/store/tenants.hpp"

namespace rekey::store {

std::optional<CredentialState> credential_state(std::string_view text);

/// Sets `id`. Throws Code::refused when the name is taken within the tenant by one that is staged or
/// active, or when it is active and the tenant has an active one, or the client ID is in active use.
void add_credential(Transaction& transaction, Credential& credential);
/// The active one with this client ID, of whichever tenant.
std::optional<Credential> active_with_client_id(Reader& store, const std::string& client_id);
/// Sets activated_at or ended_at. Active: same guards as `add_credential`.
void set_credential_state(Transaction& transaction, Id id, CredentialState state, Time now);
void set_credential_health(Transaction& transaction, Id id, const Health& health);
/// Whether it is known to serve the organisation of its tenant. Devices that only it has returned count from then on.
void set_credential_confirmed(Transaction& transaction, Id id, bool confirmed);
/// Scope, token URL, audience and API URL become those of `credential`.
void set_credential_endpoints(Transaction& transaction, const Credential& credential);
void rename_credential(Transaction& transaction, Id id, const std::string& name);
/// For changing the seal: same value, other seal.
void reseal_credential(Transaction& transaction, Id id, const Bytes& sealed_key);
/// Overwrites the sealed key (secure_delete zeroes the freed cell) and removes it. After the commit
/// it is still in the write-ahead log until `Store::checkpoint` returns true.
void destroy_key(Transaction& transaction, Id credential_id);

/// Removes every sealed key of a tenant, as `destroy_key` does.
void destroy_keys_of(Transaction& transaction, Id tenant_id);

}  // namespace rekey::store
