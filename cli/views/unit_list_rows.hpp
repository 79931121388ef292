#pragma once

#include "rekey/units/units.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// As an object.
Json labels_json(const store::Labels& labels);

/// Adds a unit as a list has it, with the members of `units::unit_list_columns`. `flat`: each is the text of a cell;
/// else types, labels and keep_mode have their values one by one.
void put_listed_unit(Row& row, const units::ListedUnit& unit, bool flat);

}  // namespace rekey::cli
