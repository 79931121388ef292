#pragma once

#include <optional>
#include <vector>

#include "rekey/base/base.hpp"
#include "units/driver/driver.hpp"
#include "units/folder/slot_folder.hpp"

/// What a slot shows to who asks for it.
namespace rekey::units {

/// What is in use, or why that cannot be read; nothing when the slot is empty. Throws Code::unreachable.
std::optional<Holding> try_read(SlotFolder& slot, const SlotPath& place);
/// The same, with what else is to be said about the slot: rights, obstacles, what rekey did not make. `listing`: what
/// its folder had in it just now.
std::optional<Holding> try_look_over(SlotFolder& slot, const SlotPath& place, const std::vector<NamedEntry>& listing);

/// Why it cannot be read, and what is the remedy as far as its shape or the error tells. `slot` may be null.
Holding in_trouble(const SlotPath& place, const Error& error, SlotFolder* slot);

}  // namespace rekey::units
