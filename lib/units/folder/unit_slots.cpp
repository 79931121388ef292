#include "units/folder/unit_slots.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "units/driver/listing.hpp"
#include "units/folder/slot_holding.hpp"
#include "units/folder/slot_parts.hpp"

namespace rekey::units {

namespace {

/// `entries`: what is in the folder.
void find_slots(Folder& folder, const std::vector<NamedEntry>& entries, const std::string& node,
                std::vector<Holding>& found, ListingSize& size) {
    auto take = [&](Holding holding) {
        size.add(holding);
        found.push_back(std::move(holding));
    };
    for (const auto& [name, kind] : entries) {
        if (found.size() > limits::slots || !size.fits()) return;
        if (kind != FolderEntry::Kind::folder || !is_name(name) || is_slot_part(name)) continue;
        SlotPath place{node, name};
        try {
            auto inner = folder.open(name);
            if (!inner) continue;
            auto inside = inner->listing();
            if (node.empty()) find_slots(*inner, inside, name, found, size);
            SlotFolder slot(std::move(inner));
            if (auto holding = try_look_over(slot, place, inside)) take(std::move(*holding));
        } catch (const Error& error) {
            if (error.code() == Code::unreachable) throw;
            take(in_trouble(place, error, nullptr));
        }
    }
}

}  // namespace

std::string on_unit(const SlotPath& place) { return place.node.empty() ? place.type : place.node + "/" + place.type; }

void require_dir_place(const SlotPath& place) {
    if (!place.node.empty()) require_name(place.node, "node");
    require_name(place.type, "certificate type");
    for (const auto& name : {place.node, place.type})
        if (is_slot_part(name))
            throw Error(Code::usage, fmt::format("'{}' cannot be the name of a node or type on a dir: unit", name),
                        "choose another name; slots have folders of that name inside");
}

void each_slot_folder(Folder& root, const std::function<void(SlotFolder&)>& visit) {
    auto visit_in = [&](Folder& parent, const std::string& name) -> bool {
        auto entry = parent.look(name);
        if (!is_name(name) || is_slot_part(name) || !entry || entry->kind != FolderEntry::Kind::folder) return false;
        SlotFolder slot(parent.open(name));
        visit(slot);
        return true;
    };
    for (const auto& name : root.names()) {
        if (!visit_in(root, name)) continue;
        auto node = root.open(name);
        for (const auto& each : node->names()) visit_in(*node, each);
    }
}

std::optional<SlotFolder> find_slot(Folder& root, const SlotPath& place) {
    require_dir_place(place);
    std::unique_ptr<Folder> folder;
    if (place.node.empty()) {
        folder = root.open(place.type);
    } else if (auto node = root.open(place.node)) {
        folder = node->open(place.type);
    }
    if (!folder) return std::nullopt;
    return SlotFolder(std::move(folder));
}

SlotFolder require_slot(Folder& root, const SlotPath& place) {
    auto slot = find_slot(root, place);
    if (!slot)
        throw Error(Code::refused, fmt::format("there is no slot {} in {}", on_unit(place), printable(root.path())));
    return std::move(*slot);
}

SlotFolder make_slot(Folder& root, const SlotPath& place) {
    require_dir_place(place);
    if (auto there = find_slot(root, place); there && !there->folder().look("current")) there->require_room();
    std::unique_ptr<Folder> node;
    if (!place.node.empty()) node = make_folder_like(root, place.node);
    Folder& parent = node ? *node : root;
    auto folder = make_folder_like(parent, place.type);
    // Also when it was there, as long as nothing was put in use: who made it may have been killed here.
    if (!folder->look("current")) {
        make_folder_like(*folder, "gen");
        parent.sync();
        if (node) root.sync();
    }
    return SlotFolder(std::move(folder));
}

std::vector<Holding> list_slots(Folder& root) {
    std::vector<Holding> found;
    ListingSize listing;
    find_slots(root, root.listing(), "", found, listing);
    if (!listing.fits())
        throw Error(Code::refused,
                    fmt::format("the listing of all slots in {} is larger than {} MiB", printable(root.path()),
                                limits::listing / limits::mib),
                    "is this the folder of one unit?");
    if (found.size() > limits::slots)
        throw Error(Code::refused, fmt::format("{} has more than {} slots", printable(root.path()), limits::slots),
                    "is this the folder of one unit?");
    std::sort(found.begin(), found.end(), [](const Holding& a, const Holding& b) { return a.place < b.place; });
    return found;
}

}  // namespace rekey::units
