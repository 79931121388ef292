#pragma once

#include <string>

namespace rekey::units {

/// `file` is where the bytes are, links resolved. Throws Code::refused when that is the pair of a slot, of this home or
/// another one, but for the slot at `slot`, which an adoption that was interrupted may have filled; or a file of a
/// home.
void require_adoptable(const std::string& file, const std::string& slot);

}  // namespace rekey::units
