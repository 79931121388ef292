#pragma once

#include <optional>
#include <string>

#include "rekey/store/fleet.hpp"

namespace rekey::renewal {

/// Why what the item replaces is not to be trusted any more; nothing when it may still be. `revokes_superseded`: the
/// slot's rule.
std::optional<store::RevocationReason> revocation_by(const store::Item& item, bool revokes_superseded);

/// Records that the unit, which answered just now, uses the certificate `made` for the item now, and that what it used
/// before is history, revoked where `why` is given. `cause`: why it stays in use although the renewal failed; empty: it
/// did not. Returns what the user is to be warned of. `unit`: its id; 0 where it was removed.
std::string record_in_use(store::Transaction& transaction, const store::Item& item, store::Id unit, store::Id made,
                          std::optional<store::RevocationReason> why, const std::string& cause, const Stamp& now);

}  // namespace rekey::renewal
