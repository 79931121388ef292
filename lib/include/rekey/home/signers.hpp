#pragma once

#include "rekey/home/home.hpp"

namespace rekey {

/// Looks again at what was recorded as signed elsewhere, when the home has issuers that were not there at the last
/// look, or a version that did not look recorded it: what an issuer of this home signed becomes its certificate, with
/// an entry of the trail for each. Returns how many. Whoever opens a home for writing calls it first.
REKEY_EXPORT int attribute_certificates(Home& home, const Stamp& stamp);

}  // namespace rekey
