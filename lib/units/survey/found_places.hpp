#pragma once

#include <vector>

#include "home/known_issuers.hpp"
#include "units/survey/survey.hpp"

/// Places that a unit shows and nobody here gave it: listed, bounded in number and size, never planned or signed for,
/// and gone from the record when the unit does not show them any more.
namespace rekey::units {

/// Records those of `shown`, in the order given, that fit the bounds, with one entry of the trail for all that changed.
/// What an issuer of this home signed and nobody has on record is recorded beyond the bounds: the issuer, not the
/// unit, says how many of them there are.
void record_found(store::Transaction& transaction, const store::Unit& unit, const std::vector<const Seen*>& shown,
                  const KnownIssuers& issuers, const Stamp& stamp, CheckReport& report);

}  // namespace rekey::units
