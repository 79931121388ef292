#pragma once

#include <functional>
#include <string>

#include "rekey/tenants/rotation.hpp"

namespace rekey::tenants {

/// For a credential that was reset at the provider and added as a new tenant, where it should have
/// replaced the one of the tenant that it is.
struct MergeRequest {
    std::string from;  ///< tenant with the newer credential
    std::string into;  ///< the older one, which stays
    Seconds keep_prior{std::chrono::hours{24}};
    bool offline = false;
    bool accept_different_organization = false;
};

struct Merged {
    RotationResult progress;  ///< of the rotation in `into`
    bool finished = false;    ///< else the records wait for the confirmation
    std::int64_t devices = 0;
    std::int64_t coverage = 0;
};

/// Told of how many records moved, of how many.
using MergeProgress = std::function<void(std::int64_t moved, std::int64_t all)>;

/// A rotation of `into` to the active credential of `from`: staged, verified (that it serves the
/// organisation of `into`), cut over, confirmed. From the cut-over on `from` is inactive, and as it was;
/// `roll_back` of `into` brings it back. Once that is confirmed, its devices, coverage and history move, and
/// it is gone. The same request again continues. Throws as `rotate`, and
/// Code::interrupted when the context's stop token is requested between its steps.
REKEY_EXPORT Merged merge(Context& context, const MergeRequest& request, const MergeProgress& progress = {});

}  // namespace rekey::tenants
