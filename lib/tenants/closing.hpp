#pragma once

#include "rekey/tenants/rotation.hpp"

namespace rekey::tenants {

/// Asks the provider with the new credential of a rotation that is cut over, and records what it
/// says: confirmed, or nothing and the failure.
std::optional<Failure> confirm_rotation(Context& context, const store::Rotation& rotation,
                                        bool accept_different_organization);

/// Whether the prior key of a confirmed rotation was kept long enough.
bool is_over(const store::Rotation& rotation, Time now);

/// Destroys the prior key; false while it is still in the log.
bool destroy_prior(Home& home, const store::Rotation& rotation, const Stamp& stamp);

}  // namespace rekey::tenants
