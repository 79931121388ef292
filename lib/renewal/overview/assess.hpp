#pragma once

#include "rekey/renewal/overview.hpp"
#include "renewal/plan/desired_state.hpp"

namespace rekey::renewal {

/// What the policy behind `targets` says of one slot.
Assessment assess(const store::SlotStatus& status, const DesiredState& targets, Time now);

/// Whether `certs renew --due` would replace the certificate in use.
bool is_renewal_due(const Assessment& assessment);

}  // namespace rekey::renewal
