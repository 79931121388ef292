#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rekey/units/unit_list.hpp"

namespace rekey::units {

/// What came of a list, or would come of it. With wrong lines nothing is added.
struct UnitImport {
    std::vector<ListedUnit> added;
    std::vector<ListedUnit> unchanged;  ///< recorded already, just so
    WrongLines wrong;                   ///< those of the list too
};

/// What `add_units` would do now.
REKEY_EXPORT UnitImport compare_units(store::Reader& store, const UnitList& list);

/// Records all units of the list that are not there yet, in one transaction, or none of them. Asks no unit.
REKEY_EXPORT UnitImport add_units(Home& home, const UnitList& list, const Stamp& stamp);

/// Whom to ask after a list was added.
struct UnitsToAsk {
    std::vector<std::string> here;       ///< all that are folders of this machine: what could not be read is read again
    std::vector<std::string> elsewhere;  ///< of the others, those that nobody asked yet
};
REKEY_EXPORT UnitsToAsk units_to_ask(store::Reader& store, const UnitImport& list);

/// `check_each`, for many units that answer at once: what several of them say is recorded in one transaction, and told
/// as it comes, in no order.
REKEY_EXPORT bool check_many(Home& home, const std::vector<std::string>& names, const std::function<Stamp()>& stamp,
                             const Reaching& reaching, const VisitSink& sink);

}  // namespace rekey::units
