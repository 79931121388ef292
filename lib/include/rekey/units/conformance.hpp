#pragma once

#include <functional>
#include <optional>
#include <string>

#include "rekey/base/time.hpp"
#include "rekey/units/reaching.hpp"
#include "rekey/units/registry.hpp"

namespace rekey::units {

/// Which unit is to show that its helper keeps rekey-unit-protocol(7), and how.
struct Trial {
    std::string address;
    std::optional<Declared> slot;  ///< an unused one; none: `conformance` on a unit that holds nothing
    std::string key = "ec-p256";
    Reaching reaching;
    Time now{};
};

/// One rule of that page.
struct RuleResult {
    std::string rule;  ///< a short name that stays: `apply.twice`
    std::string says;  ///< in words
    bool passed = false;
    std::string detail;  ///< what was seen instead
};

/// Tries the rules one by one on the real unit, tells each, and leaves the slot empty as it was. Signs with a
/// CA that is forgotten afterwards. Whether all were kept. Throws Code::usage (address, slot), Code::refused
/// when the slot, or without one the unit, holds something already, Code::unreachable.
REKEY_EXPORT bool try_rules(const Trial& trial, const std::function<void(const RuleResult&)>& tell);

}  // namespace rekey::units
