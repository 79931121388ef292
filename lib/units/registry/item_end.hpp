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

/// Why nobody goes on with an item that a dead run left open, and where its unit is.
struct GivenUp {
    std::string cause = {};     ///< beside that it was given up; empty: there is none
    bool unit_is_back = false;  ///< on the pair before; else it uses what it does
};

/// Ends an item that nobody goes on with. One that is confirmed is `renewed`, as its certificate is in use. Any other
/// `failed`, and what was made for it is rejected, although a unit that is not back may use it.
void give_up_item(store::Transaction& transaction, store::Item& item, const GivenUp& given_up, const Stamp& now);

}  // namespace rekey::units
