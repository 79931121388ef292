#pragma once

#include <chrono>

#include "rekey/renewal/overview.hpp"
#include "renewal/plan/desired_state.hpp"

namespace rekey::renewal {

/// There is little time left to bring another certificate or chain to the last unit.
inline constexpr std::chrono::days little_time{7};

/// The rule under which a revoked certificate stands among the violations of its slot.
inline constexpr const char* revoked_rule = "revoked";

/// What the policy behind `targets` says of one slot.
Assessment assess(const store::SlotStatus& status, const DesiredState& targets, Time now);

/// Whether `certs renew --due` would replace the certificate in use.
bool is_renewal_due(const Assessment& assessment);

/// Whether the slot's own certificate is to be replaced, whether or not that is possible now. A slot whose rules are
/// broken cannot be renewed, and counts.
bool needs_renewal(const Assessment& assessment);

}  // namespace rekey::renewal
