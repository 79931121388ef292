#pragma once

#include <functional>
#include <optional>
#include <string>

#include "rekey/base/export.hpp"
#include "rekey/base/names.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/runs.hpp"
#include "rekey/units/reaching.hpp"

namespace rekey::renewal {

/// What is to be given up: all that a run left open or deferred, or what holds one slot.
struct AbandonRequest {
    std::optional<store::Id> run;
    std::optional<SlotName> slot;
    bool leave_unit = false;  ///< the units are not asked, and stay as they are
};

/// One item, and whether it was given up.
struct Abandoned {
    SlotName slot;
    store::Id run = 0;
    std::string number;  ///< of the certificate that was made, and is rejected now; empty: none was
    bool unit_is_back = false;
    std::string trouble;  ///< why the unit could not be brought back
    bool freed = false;   ///< the item has ended. Not where the unit may use what was made, and nobody gave up on that
};

/// Releases slots whose renewal is stuck: each unit goes back to the pair that it had before, where it can, and what
/// was made for it is rejected. What is in use already stays, and only its old key is no longer waited for. An item
/// whose unit could not be brought back, or asked, stays: what the unit may use is not recorded as rejected unless
/// `leave_unit` says so. Each item ends by itself, audited; the same again does the rest. Returns whether there was
/// anything.
///
/// Throws Code::not_found (run, slot), Code::busy when the run lives: wait for it, or end it first.
REKEY_EXPORT bool abandon(Home& home, const AbandonRequest& request, const Clock& clock, const std::string& actor,
                          const units::Reaching& reaching, const std::function<void(const Abandoned&)>& visit);

}  // namespace rekey::renewal
