#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rekey/tenants/credentials.hpp"

namespace rekey::tenants {

struct RotationRequest {
    std::string credential;  ///< name of the one to replace
    Input input;             ///< an empty name keeps the old one's
    Seconds keep_prior{std::chrono::hours{24}};
    bool offline = false;
    bool accept_different_organization = false;
    std::string source = "manual";
    EndpointChanges endpoints;  ///< what becomes different from the old one's
    std::string reason;         ///< why, for the history; may be empty
    std::string comment;        ///< the same
};

/// How far a rotation is, for the caller to tell.
struct RotationResult {
    store::Rotation rotation;
    store::Credential credential;    ///< the active one
    bool nothing_to_do = false;      ///< it was in use already, and confirmed
    std::optional<Failure> waiting;  ///< why a rotation that is cut over is not confirmed yet
    bool destroyed = false;          ///< the prior key
    bool in_log = false;             ///< destroyed, but see `finish_destroying`
    std::string problem;             ///< of `confirm_due`: why nothing could be done, in words
};

/// Replaces the active credential of a tenant by another: staged, verified, cut over, confirmed.
/// Each step is durable before the next; the same request again continues where the last one
/// stopped, and one with other inputs replaces what is only staged. Throws Code::refused when the
/// provider says no, Code::unreachable when it does not say: the old one stays in use.
REKEY_EXPORT RotationResult rotate(Context& context, RotationRequest& request);

/// What `rotate` would do; asks the provider unless offline, changes nothing.
struct RotationPlan {
    store::Credential old;
    store::Credential fresh;
    bool continues = false;      ///< an interrupted rotation
    bool nothing_to_do = false;  ///< the active one is the same
};
REKEY_EXPORT RotationPlan plan(Context& context, RotationRequest& request);

/// Confirms what is cut over by a request with the new credential, and destroys the prior key once it was kept
/// long enough and the provider says again that the one in use serves the tenant's organisation. Nothing when the
/// tenant has no rotation that waits for either.
REKEY_EXPORT std::optional<RotationResult> confirm(Context& context, const std::string& tenant,
                                                   bool accept_different_organization);
/// The same for every tenant; one that cannot be confirmed does not hold up the others.
REKEY_EXPORT std::vector<RotationResult> confirm_due(Context& context);

/// Brings the prior credential back, after a token with it unless `offline`. The one that it had
/// made way for is retired and its key destroyed.
REKEY_EXPORT RotationResult roll_back(Context& context, const std::string& tenant, bool offline);

/// Gives up a rotation that is not cut over yet, or has failed and whose key is still there. False: there was none.
REKEY_EXPORT bool abort(Context& context, const std::string& tenant);

/// The rotation that is open, or whose prior key is still kept.
REKEY_EXPORT std::optional<store::Rotation> current_rotation(store::Reader& store, store::Id tenant_id);

/// Until when the prior key of a confirmed rotation may be brought back; nothing when it is not kept.
REKEY_EXPORT std::optional<Time> prior_kept_until(const store::Rotation& rotation);
/// A word or two: `staged`, `not confirmed`, `prior kept until …`.
REKEY_EXPORT std::string in_words(const store::Rotation& rotation);

}  // namespace rekey::tenants
