#pragma once

#include <string>

#include "rekey/store/fleet.hpp"
#include "store/audit/audit_detail.hpp"

namespace rekey::units {

/// How an item of a run ends.
struct ItemEnd {
    store::Outcome outcome = store::Outcome::failed;
    std::string error = {};  ///< why it ended so; empty after success
    /// Whether the certificate that was made for it is rejected. Not where the unit may use it: somebody has to look.
    bool rejects_new = false;
    std::string action = {};  ///< of its audit entry; empty: it has none, as an item that only waits
    store::AuditDetail detail = {};
};

/// The one place that gives an item its outcome: writes the item, the certificate's state and the audit entry in the
/// open transaction. `item` is as it was read there, or belongs to the caller alone; counters are counted from items.
void end_item(store::Transaction& transaction, store::Item& item, const ItemEnd& end, const Stamp& now);

}  // namespace rekey::units
