#pragma once

#include "rekey/units/units.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// A unit as a list has it, with the members of `units::unit_list_columns`. `flat`: each is the text of a cell; else
/// types, labels and keep_mode have their values one by one.
Json listed_unit_json(const units::ListedUnit& unit, bool flat);

}  // namespace rekey::cli
