#pragma once

#include <string>

#include "rekey/home/home.hpp"
#include "rekey/policy/document.hpp"
#include "rekey/store/selection.hpp"

namespace rekey::renewal {

/// The state of the home in the text format of Prometheus: certificates by state and time left, what is due, units
/// that are away, the last run and how it went, credentials and their health, the clock. Numbers only: no name of a
/// unit or tenant, so that it stays small with any fleet. One pass; changes nothing. Units and certificates are those
/// of the selected units; all else is the home's.
REKEY_EXPORT std::string metrics(Home& home, const policy::Policy& policy, Time now,
                                 const store::Selection& units = {});

}  // namespace rekey::renewal
