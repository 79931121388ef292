#pragma once

#include <string>
#include <vector>

#include "base/files/folder.hpp"

/// What is in the folder of a slot and belongs to somebody else than the slot does, as after root worked in a user's
/// folder; without keys, which belong to whom they serve. Nothing where the slot is root's.
namespace rekey::units {

/// Paths below the slot's folder; of many, the first `limits::concerns`.
std::vector<std::string> belongings_of_others(Folder& slot);
/// Gives all of that to whom the slot belongs to.
void give_to_owner(Folder& slot);

}  // namespace rekey::units
