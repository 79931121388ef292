// Tenants as they are recorded: their credentials, rotations and merges.
//
// All of it is for looking up. rekey/tenants/credentials.hpp adds, verifies and rotates credentials. A credential is
// `staged`, then `active`, then `superseded`, then `retired`; a tenant has at most one that is active. Its key is
// sealed, and the fingerprint tells equal keys without opening them.
//
//     for (const auto& tenant : rekey::store::tenants(home.store()))
//         if (auto credential = rekey::store::active_credential(home.store(), tenant.id))
//             std::cout << tenant.name << ' ' << credential->client_id << '\n';
//
// What is looked up and is not there is an empty optional.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"

namespace rekey::store {

// Tenants, credentials and rotations
// ----------------------------------

/// One organisation at an API provider.
struct Tenant {
    Id id = 0;
    std::string uid;  ///< 32 hex digits, never changes
    std::string name;
    Time created_at{};
};

enum class CredentialState { staged, active, superseded, retired, failed };
REKEY_EXPORT std::string_view to_string(CredentialState state);

/// How the last requests with a credential went.
struct Health {
    std::optional<Time> last_success;
    std::optional<Time> last_failure;
    std::string failure_class;  ///< a word of `tenants::Trouble`
    std::string failure;        ///< in words, without secrets
    /// How far this machine's clock was ahead in the last answer that had the provider's time.
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
/// After `confirmed` the prior key may still be kept (`prior_destroyed_at`).
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

REKEY_EXPORT std::optional<Tenant> find_tenant(Reader& store, const std::string& name);
/// In order of name.
REKEY_EXPORT std::vector<Tenant> tenants(Reader& store);
REKEY_EXPORT std::optional<Credential> find_credential(Reader& store, Id id);
/// Active first, then staged, then the newest of that name.
REKEY_EXPORT std::optional<Credential> find_credential(Reader& store, const std::string& name);
REKEY_EXPORT std::optional<Credential> active_credential(Reader& store, Id tenant_id);
/// In order of tenant and name, newest last; none: of all tenants.
REKEY_EXPORT void each_credential(Reader& store, std::optional<Id> tenant_id,
                                  const std::function<void(const Credential&)>& visit);
/// Open, that is before confirmed, rolled back, aborted or failed.
REKEY_EXPORT std::optional<Rotation> open_rotation(Reader& store, Id tenant_id);
/// Oldest first.
REKEY_EXPORT std::vector<Rotation> rotations_of(Reader& store, Id tenant_id);
/// Cut over and not confirmed, or confirmed with the prior key not yet destroyed; oldest first.
REKEY_EXPORT std::vector<Rotation> unfinished_rotations(Reader& store);

// Merges
// ------

enum class MergeState { open, merged, rolled_back };

/// One tenant that becomes part of another. It begins when the credential of the one becomes active in
/// the other, by a rotation; once that is confirmed, all else follows in short transactions, each of
/// which takes from the one what it gives to the other.
struct Merge {
    Id id = 0;
    Id from_tenant_id = 0;  ///< 0 once it is merged
    std::string from_uid;
    std::string from_name;
    Id into_tenant_id = 0;
    Id from_credential_id = 0;  ///< that was active in it
    Id rotation_id = 0;         ///< of the other one
    MergeState state = MergeState::open;
    std::int64_t devices = 0;  ///< that it had
    std::int64_t coverage = 0;
    std::string actor;
    Time started_at{};
    std::optional<Time> finished_at;
};

/// The one that began at this tenant.
REKEY_EXPORT std::optional<Merge> open_merge_from(Reader& store, Id tenant_id);
/// Oldest first.
REKEY_EXPORT std::vector<Merge> open_merges(Reader& store);

}  // namespace rekey::store
