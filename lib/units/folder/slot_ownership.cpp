#include "units/folder/slot_ownership.hpp"

#include <functional>
#include <memory>

#include "base/limits.hpp"
#include "units/folder/pair_folder.hpp"
#include "units/folder/slot_parts.hpp"

namespace rekey::units {

namespace {

/// Calls `visit` with each thing of a slot that is not `whose`: the folder that it is in, and its name.
void each_of_others(Folder& slot, uid_t whose, const std::function<void(Folder&, const std::string&)>& visit) {
    auto look_into = [&](Folder& parent, const std::string& name) -> std::unique_ptr<Folder> {
        auto folder = open_if_folder(parent, name);
        if (folder && folder->status().owner != whose) visit(parent, name);
        return folder;
    };
    auto look_at_pair = [&](Folder& parent, const std::string& name) {
        auto pair = look_into(parent, name);
        if (!pair) return;
        for (const auto& file : pair_folder::names_written) {
            // Keys belong to whom they serve, and might have any of these names by now.
            if (file == pair_folder::key_file || file == pair_folder::combined_file) continue;
            auto entry = pair->look(file);
            bool others =
                entry && entry->kind == FolderEntry::Kind::file && entry->owner != whose && could_be_public(*entry);
            if (others && file != pair_folder::proven_file) visit(*pair, file);
        }
    };
    look_at_pair(slot, pending_name);
    look_at_pair(slot, spare_name);
    if (auto generations = look_into(slot, generations_name))
        for (const auto& name : generations->names())
            if (number_of(name)) look_at_pair(*generations, name);
}

}  // namespace

std::vector<std::string> belongings_of_others(Folder& slot) {
    std::vector<std::string> found;
    auto whose = slot.status().owner;
    // Root can use what belongs to others.
    if (whose == 0) return found;
    each_of_others(slot, whose, [&](Folder& parent, const std::string& name) {
        if (found.size() < limits::concerns) found.push_back(parent.path() + "/" + name);
    });
    return found;
}

void give_to_owner(Folder& slot) {
    auto whose = slot.status();
    if (whose.owner == 0) return;
    each_of_others(slot, whose.owner, [&](Folder& parent, const std::string& name) {
        if (auto folder = open_if_folder(parent, name))
            folder->give(whose.owner, whose.group);
        else
            parent.give(name, whose.owner, whose.group, true);
    });
}

}  // namespace rekey::units
