#pragma once

#include <optional>

#include "units/folder/slot_folder.hpp"

namespace rekey::units {

/// A slot whose links or folders are not what they should be, as after a copy without links, or a move to another
/// disk. The remedy is a command for /bin/sh that makes it a slot again with the pair that it has; empty where that
/// takes a decision.
struct Misshape {
    std::string what;
    std::string remedy;
};
std::optional<Misshape> misshape_of(SlotFolder& slot);

}  // namespace rekey::units
