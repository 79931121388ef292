#include "units/folder/slot_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rekey::units {

bool is_slot_part(const std::string& name) {
    return name == generations_name || name == current_name || name == pending_name || name == spare_name;
}

std::string name_of(int number) { return fmt::format("{:06}", number); }

std::optional<int> number_of(std::string_view name) {
    bool digits = name.size() == number_digits &&
                  std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return std::nullopt;
    int number = 0;
    for (char c : name) number = number * 10 + (c - '0');
    return number == 0 ? std::nullopt : std::optional{number};
}

std::unique_ptr<Folder> open_if_folder(Folder& parent, const std::string& name) {
    auto entry = parent.look(name);
    return entry && entry->kind == FolderEntry::Kind::folder ? parent.open(name) : nullptr;
}

}  // namespace rekey::units
