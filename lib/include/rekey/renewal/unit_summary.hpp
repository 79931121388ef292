#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/home/home.hpp"
#include "rekey/policy/document.hpp"
#include "rekey/store/runs.hpp"

namespace rekey::renewal {

/// A unit, and what is at stake while it is away. Only active certificates count; what was merely found
/// on a unit is not renewed from here.
struct UnitSummary {
    store::Unit unit;
    std::vector<SlotName> slots;            ///< in order of node and type
    std::optional<Time> must_reconnect_by;  ///< when the first of its certificates expires
    std::int64_t at_risk = 0;               ///< certificates that are due: those that wait for it
};

/// In order of name; those that are selected, or have a slot that is. One pass, whose memory does not grow with the
/// fleet.
REKEY_EXPORT void each_unit_summary(Home& home, const policy::Policy& policy, const store::Selection& selection,
                                    Time now, const std::function<void(const UnitSummary&)>& visit);

/// How a run ended (`done`, `interrupted`, `taken over`); while it did not, `running` or, when it died, `interrupted`.
REKEY_EXPORT std::string status_of(Home& home, const store::Run& run);

}  // namespace rekey::renewal
