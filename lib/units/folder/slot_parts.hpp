#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/files/folder.hpp"

/// The names in the folder of a slot (`units/folder/slot_folder.hpp` says what has them).
namespace rekey::units {

inline const std::string current_name = "current";
inline const std::string generations_name = "gen";
inline const std::string pending_name = "pending";
inline const std::string spare_name = "spare";

/// Whether a folder with this name in a slot's folder, or a unit's, is one of the slot's own.
bool is_slot_part(const std::string& name);

/// A generation is called by its number, from 1 on, in so many digits.
inline constexpr std::size_t number_digits = 6;
std::string name_of(int number);
std::optional<int> number_of(std::string_view name);

/// Null where something else, or nothing, has the name.
std::unique_ptr<Folder> open_if_folder(Folder& parent, const std::string& name);

}  // namespace rekey::units
