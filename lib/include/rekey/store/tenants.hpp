#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/bytes.hpp"
#include "rekey/base/time.hpp"
#include "rekey/store/fields.hpp"
#include "rekey/store/units_and_slots.hpp"

namespace rekey::store {

/// One organisation at an API provider.
struct Tenant {
    Id id = 0;
    std::string uid;  ///< 32 hex digits, never changes
    std::string name;
    Time created_at{};
};

enum class CredentialState { staged, active, superseded, retired, failed };
REKEY_EXPORT std::string_view to_string(CredentialState state);
REKEY_EXPORT std::optional<CredentialState> credential_state(std::string_view text);

/// How the last requests with a credential went.
struct Health {
    std::optional<Time> last_success;
    std::optional<Time> last_failure;
    std::string failure_class;  ///< a word of `tenants::Trouble`
    std::string failure;        ///< in words, without secrets
    /// How far this machine's clock was ahead in the last answer that told the provider's time.
    std::optional<Seconds> clock_ahead;
};
/// All but what only this machine can know.
inline constexpr std::tuple health_fields{
    record_field("last_success", &Health::last_success),
    record_field("last_failure", &Health::last_failure),
    record_field("failure_class", &Health::failure_class),
    record_field("failure", &Health::failure),
};

/// Whether the last request with it failed.
REKEY_EXPORT bool is_failing(const Health& health);
/// `ok`, `unknown` while there was no request, or the class of the failure.
REKEY_EXPORT std::string health_word(const Health& health);

/// What a tenant signs its requests with. `uid` never changes and is part of what its key is sealed to.
struct Credential {
    Id id = 0;
    std::string uid;  ///< 32 hex digits
    Id tenant_id = 0;
    std::string tenant;
    std::string tenant_uid;
    std::string name;
    std::string client_id;
    std::string key_id;
    std::string scope;
    std::string token_url;
    std::string audience;
    std::string api_url;
    Bytes sealed_key;          ///< empty once it is destroyed
    Sha256 key_fingerprint{};  ///< SHA-256 of the SubjectPublicKeyInfo: tells equal keys without opening them
    CredentialState state = CredentialState::staged;
    std::string source;  ///< `manual`, or `payload/<entry id>`
    Time created_at{};
    std::optional<Time> activated_at;
    std::optional<Time> ended_at;
    Health health;
    /// Whether the provider has shown that it serves the organisation of its tenant.
    bool confirmed = false;
};

/// Where a field of a credential is shown under its name.
enum class Shown { in_lists, alone, never };

/// What a credential is in any home.
inline constexpr std::tuple credential_fields{
    record_field<Shown::never>("uid", &Credential::uid),
    record_field<Shown::in_lists>("name", &Credential::name),
    record_field<Shown::in_lists>("client_id", &Credential::client_id),
    record_field<Shown::in_lists>("key_id", &Credential::key_id),
    record_field<Shown::in_lists>("scope", &Credential::scope),
    record_field<Shown::alone>("token_url", &Credential::token_url),
    record_field<Shown::alone>("audience", &Credential::audience),
    record_field<Shown::alone>("api_url", &Credential::api_url),
    record_field<Shown::never>("key_fingerprint", &Credential::key_fingerprint),
    record_field<Shown::in_lists>("state", &Credential::state),
    record_field<Shown::in_lists>("source", &Credential::source),
    record_field<Shown::in_lists>("created_at", &Credential::created_at),
    record_field<Shown::in_lists>("activated_at", &Credential::activated_at),
    record_field<Shown::never>("ended_at", &Credential::ended_at),
};

enum class RotationState { staged, verified, cut_over, confirmed, rolled_back, aborted, failed };
REKEY_EXPORT std::string_view to_string(RotationState state);

/// The replacement of a tenant's active credential; open until confirmed, rolled back, aborted or failed.
/// After `confirmed` the prior key may still be kept (`destroy_prior_at`).
struct Rotation {
    Id id = 0;
    Id tenant_id = 0;
    std::string tenant;
    Id old_credential_id = 0;
    Id new_credential_id = 0;
    RotationState state = RotationState::staged;
    bool offline = false;  ///< cut over without having asked the provider
    Seconds keep_prior{0};
    Time started_at{};
    std::optional<Time> cut_over_at;
    std::optional<Time> confirmed_at;
    std::optional<Time> prior_destroyed_at;
    std::string actor;
    std::string cause;                ///< of `failed`
    bool different_accepted = false;  ///< an operator said that another organisation is meant
    std::string reason;               ///< why it was made; may be empty
    std::string comment;
};

/// Throws Code::refused when the name is taken. Sets `id`.
REKEY_EXPORT void add_tenant(Transaction& transaction, Tenant& tenant);
REKEY_EXPORT std::optional<Tenant> find_tenant(Reader& store, const std::string& name);
/// In order of name.
REKEY_EXPORT std::vector<Tenant> tenants(Reader& store);
/// With its credentials (whose keys are destroyed), rotations, devices, coverage and their history.
/// The audit chain keeps its entries. The only way in which tenant data goes.
REKEY_EXPORT void remove_tenant(Transaction& transaction, Id tenant_id);

/// Sets `id`. Throws Code::refused when the name is taken within the tenant by one that is staged or
/// active, or when it is active and the tenant has an active one, or the client ID is in active use.
REKEY_EXPORT void add_credential(Transaction& transaction, Credential& credential);
REKEY_EXPORT std::optional<Credential> find_credential(Reader& store, Id id);
/// Active first, then staged, then the newest of that name.
REKEY_EXPORT std::optional<Credential> find_credential(Reader& store, const std::string& name);
REKEY_EXPORT std::optional<Credential> active_credential(Reader& store, Id tenant_id);
/// The active one with this client ID, of whichever tenant.
REKEY_EXPORT std::optional<Credential> active_with_client_id(Reader& store, const std::string& client_id);
/// In order of tenant and name, newest last; none: of all tenants.
REKEY_EXPORT void each_credential(Reader& store, std::optional<Id> tenant_id,
                                  const std::function<void(const Credential&)>& visit);
/// Sets activated_at or ended_at. Active: same guards as `add_credential`.
REKEY_EXPORT void set_credential_state(Transaction& transaction, Id id, CredentialState state, Time now);
REKEY_EXPORT void set_credential_health(Transaction& transaction, Id id, const Health& health);
/// Whether it is known to serve the organisation of its tenant. Devices that only it has told of count from then on.
REKEY_EXPORT void set_credential_confirmed(Transaction& transaction, Id id, bool confirmed);
/// Scope, token URL, audience and API URL become those of `credential`.
REKEY_EXPORT void set_credential_endpoints(Transaction& transaction, const Credential& credential);
REKEY_EXPORT void rename_credential(Transaction& transaction, Id id, const std::string& name);
/// For changing the seal: same value, other seal.
REKEY_EXPORT void reseal_credential(Transaction& transaction, Id id, const Bytes& sealed_key);
/// Overwrites the sealed key (secure_delete zeroes the freed cell) and removes it. After the commit
/// it is still in the write-ahead log until `Store::checkpoint` returns true.
REKEY_EXPORT void destroy_key(Transaction& transaction, Id credential_id);

/// Sets `id`. Throws Code::busy when the tenant has an open one.
REKEY_EXPORT void add_rotation(Transaction& transaction, Rotation& rotation);
REKEY_EXPORT void update_rotation(Transaction& transaction, const Rotation& rotation);
/// Open, that is before confirmed, rolled back, aborted or failed.
REKEY_EXPORT std::optional<Rotation> open_rotation(Reader& store, Id tenant_id);
/// Oldest first.
REKEY_EXPORT std::vector<Rotation> rotations_of(Reader& store, Id tenant_id);
/// Cut over and not confirmed, or confirmed with the prior key not yet destroyed; oldest first.
REKEY_EXPORT std::vector<Rotation> unfinished_rotations(Reader& store);
/// Failed, with the key of the new credential still there; oldest first.
REKEY_EXPORT std::vector<Rotation> failed_rotations_with_key(Reader& store);

/// What was last accepted from a managed payload's entry.
struct AcceptedEntry {
    std::string entry_id;
    std::int64_t version = 0;
    Sha256 digest{};       ///< of the entry as delivered: tells a changed one
    Id credential_id = 0;  ///< that it last fed
    Time accepted_at{};
};
REKEY_EXPORT std::optional<AcceptedEntry> accepted_entry(Reader& store, const std::string& entry_id);
REKEY_EXPORT void accept_entry(Transaction& transaction, const AcceptedEntry& entry);

}  // namespace rekey::store
