#pragma once

#include "rekey/tenants/credentials.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// A credential as JSON has it: name, tenant, client_id, key_id, scope, state, source, created_at,
/// activated_at, health.
Json credential_json(const store::Credential& credential);
std::vector<std::string> credential_keys();
extern const std::vector<Column> credential_columns;
/// With one word for the health where the whole would not fit.
Json credential_row(const Session& session, const store::Credential& credential);

/// state, from, to and their IDs, offline, started_at, cut_over_at, confirmed_at, prior_kept_until,
/// prior_destroyed_at, cause; null when there is none.
Json rotation_json(store::Reader& store, const std::optional<store::Rotation>& rotation);
/// One word or two for a table: `staged`, `not confirmed`, `prior kept until …`.
std::string rotation_word(const std::optional<store::Rotation>& rotation);

/// The one or the other, as it fits.
Json rotation_cell(const Session& session, store::Reader& store, const std::optional<store::Rotation>& rotation);

/// name, active_credential, devices, coverage, rotation.
Json tenant_row(const Session& session, store::Reader& store, const store::Tenant& tenant);

/// The credential as `credential_row` has it, with its rotation.
Json progress_json(Session& session, const tenants::RotationResult& progress);
/// Tells people how far a rotation is, and gives the exit code.
int say_progress(Session& session, const tenants::RotationResult& progress, bool silent = false);
/// The same, and prints it for programs. `silent`: of successes only with --verbose.
int tell_progress(Session& session, const tenants::RotationResult& progress, bool silent = false);
/// That a rotation leaves the key of the credential that it replaces in use.
void warn_of_same_key(const Session& session, const std::string& tenant);
/// For keys that are destroyed and still in the log.
void tell_log(const Session& session, bool in_log);

}  // namespace rekey::cli
