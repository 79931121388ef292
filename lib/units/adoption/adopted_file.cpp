#include "units/adoption/adopted_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "units/folder/slot_parts.hpp"

namespace rekey::units {

namespace {

HeldFile read_at(const std::string& place) {
    std::filesystem::path file(place);
    auto held = open_folder(file.parent_path())->read_held(file.filename(), limits::certificates_file);
    if (!held) throw Error(Code::usage, fmt::format("there is no file {}", printable(place)), "is the path right?");
    return std::move(*held);
}

}  // namespace

LinkPlace::LinkPlace(const std::string& path, std::string target)
    : LinkPlace(open_folder(std::filesystem::path(path).parent_path()), std::filesystem::path(path).filename(),
                std::move(target)) {}

LinkPlace::LinkPlace(std::unique_ptr<Folder> folder, std::string name, std::string target)
    : path_(std::filesystem::path(folder->path()) / name),
      target_(std::move(target)),
      name_(std::move(name)),
      parked_("." + name_ + ".rekey"),
      folder_(std::move(folder)) {}

std::string LinkPlace::parked_path() const { return (std::filesystem::path(path_).parent_path() / parked_).string(); }

bool LinkPlace::is_our_link(const std::string& name) {
    auto entry = folder_->look(name);
    return entry && entry->kind == FolderEntry::Kind::link && folder_->read_link(name) == target_;
}

bool LinkPlace::is_linked() { return is_our_link(name_); }

bool LinkPlace::is_parked() { return folder_->look(parked_) && !is_our_link(parked_) && !has_second_name(); }

bool LinkPlace::has_second_name() {
    auto parked = folder_->look(parked_);
    auto entry = folder_->look(name_);
    return parked && entry && parked->links > 1 && parked->links == entry->links && parked->size == entry->size &&
           parked->kind == entry->kind && !is_our_link(name_);
}

void LinkPlace::prepare() {
    if (is_linked()) return;
    if (is_parked())
        throw Error(Code::refused, fmt::format("{} is in the way", printable(parked_path())),
                    "an earlier adoption may have left it: look at it, and remove it");
    if (!folder_->look(parked_)) folder_->make_link(parked_, target_);
    folder_->sync();
}

void LinkPlace::put() {
    if (is_linked()) return folder_->sync();
    prepare();
    if (has_second_name() || !folder_->exchange(parked_, name_)) {
        // Where names cannot be exchanged: what is there gets a second name before the link takes its first.
        folder_->remove(parked_);
        folder_->make_second_name(name_, parked_);
        replace_link(*folder_, name_, target_);
    }
    folder_->sync();
}

void LinkPlace::restore() {
    if (is_linked()) {
        if (!is_parked())
            throw Error(Code::failed, fmt::format("what was at {} before is gone", printable(path_)),
                        fmt::format("it is a link to {}: copy what that holds, and put it there", printable(target_)));
        if (!folder_->exchange(parked_, name_)) folder_->rename(parked_, *folder_, name_);
    }
    folder_->sync();
    if (is_our_link(parked_) || has_second_name()) folder_->remove(parked_);
    folder_->sync();
}

void LinkPlace::forget(Old old) {
    auto parked = folder_->look(parked_);
    if (!parked) return;
    if (parked->kind == FolderEntry::Kind::file && old == Old::secret)
        folder_->destroy(parked_);
    else
        folder_->remove(parked_);
    folder_->sync();
}

AdoptedFile::AdoptedFile(const std::string& path) {
    std::error_code error;
    auto whole = std::filesystem::absolute(path, error);
    auto real = std::filesystem::canonical(whole, error);
    if (error || path.empty() || !whole.has_filename())
        throw Error(Code::usage, fmt::format("there is no file '{}'", printable(path)), "is the path right?");
    // The same however it is spelled, so that a repeat knows it.
    path_ = std::filesystem::canonical(whole.parent_path()) / whole.filename();
    place_ = real;
    held_ = read_at(place_);
}

void AdoptedFile::become_link(LinkPlace& place) {
    bool was_linked = place.is_linked();
    place.put();
    if (was_linked) return;
    auto parked = read_at(std::filesystem::canonical(place.parked_path()));
    if (std::ranges::equal(parked.content.view(), content())) return;
    place.restore();
    throw Error(Code::refused, fmt::format("{} has changed while it was adopted", printable(path_)),
                "run the same command again");
}

std::string slot_around(const std::string& place) {
    for (std::filesystem::path at = std::filesystem::path(place).parent_path(); at.has_relative_path();
         at = at.parent_path()) {
        if (!is_slot_part(at.filename())) continue;
        std::error_code ignored;
        auto slot = at.parent_path();
        bool has_generations = std::filesystem::is_directory(std::filesystem::symlink_status(slot / "gen", ignored));
        bool has_current = std::filesystem::is_symlink(std::filesystem::symlink_status(slot / "current", ignored));
        if (has_generations && has_current) return slot;
    }
    return {};
}

}  // namespace rekey::units
