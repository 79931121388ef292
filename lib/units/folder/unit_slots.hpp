#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/files/folder.hpp"
#include "units/driver/driver.hpp"
#include "units/folder/slot_folder.hpp"

/// Where the slots of a `dir:` unit are: `root` is the unit's own folder, `<type>` and `<node>/<type>` are below it.
namespace rekey::units {

/// Throws Code::usage for names that a `dir:` unit needs for itself: `gen`, `current`, ….
void require_dir_place(const SlotPath& place);

/// `online`, `node-1/online`.
std::string on_unit(const SlotPath& place);

std::optional<SlotFolder> find_slot(Folder& root, const SlotPath& place);
/// Throws Code::refused when there is none.
SlotFolder require_slot(Folder& root, const SlotPath& place);
/// Makes the folders down to the slot's; durable with the next sync of the slot's own folder.
SlotFolder make_slot(Folder& root, const SlotPath& place);

/// Every folder that could be a slot's, a node's own too.
void each_slot_folder(Folder& root, const std::function<void(SlotFolder&)>& visit);
/// What all slots hold, in order. Throws Code::refused above `limits::slots` and `limits::listing`.
std::vector<Holding> list_slots(Folder& root);

}  // namespace rekey::units
