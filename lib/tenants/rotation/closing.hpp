#pragma once

#include "rekey/tenants/credentials.hpp"

namespace rekey::tenants {

/// Asks the provider with the new credential of a rotation that is cut over, and records what it
/// says: confirmed, or nothing and the failure.
std::optional<Failure> confirm_rotation(Context& context, const store::Rotation& rotation,
                                        bool accept_different_organization);

/// Whether the prior key of a confirmed rotation was kept long enough.
bool is_over(const store::Rotation& rotation, Time now);

/// How the end of a prior key went.
struct End {
    std::optional<Failure> waiting;  ///< why it is still there
    bool in_log = false;             ///< destroyed, but still in the log
};
/// Destroys the prior key of a rotation whose time is over, once the provider says again that the credential in use
/// serves the tenant's organisation. `judged`: it has just said so.
End destroy_prior(Context& context, const store::Rotation& rotation, bool judged = false);

/// How far a rotation is, as the store has it now.
RotationResult progress_of(store::Reader& store, const store::Rotation& rotation);
/// Takes the steps that are left once a rotation is cut over: confirms it, and destroys what was kept long enough.
RotationResult close_rotation(Context& context, store::Rotation rotation, bool accept_different_organization);

}  // namespace rekey::tenants
