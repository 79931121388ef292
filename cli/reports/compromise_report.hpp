#pragma once

#include "command/model.hpp"
#include "rekey/renewal/renewal.hpp"

namespace rekey::cli {

class Confirmation;

/// Before a renewal for compromised keys: says what would be revoked and destroyed, and has it confirmed. Throws as
/// `Confirmation::require`, and what `renewal::plan` throws.
void confirm_compromise(Session& session, const renewal::Request& request, const Confirmation& confirmation);

/// After it: what was revoked, which keys were destroyed, and who has to get the lists that say so.
void tell_compromise(Session& session, const renewal::Result& result);

/// Says once a home, to somebody at a terminal, that a rotation does not revoke any more; only homes that may have been
/// used when it did have to be told.
void tell_rotation_changed(Session& session, const renewal::Request& request);

}  // namespace rekey::cli
