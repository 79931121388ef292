#include "units/folder/slot_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "units/folder/pair_folder.hpp"
#include "units/folder/slot_parts.hpp"

namespace rekey::units {

namespace {

constexpr int lock_patience_ms = 5000;
constexpr int last_number = 999'999;
/// Services that run as somebody else pass through; what protects a key is its own mode.
constexpr mode_t open_mode = 0755;

std::string being_made(const std::string& name) { return "." + name + ".new"; }
std::string being_removed(const std::string& name) { return "." + name + ".old"; }

bool is_same(const FolderEntry& one, const FolderEntry& other) {
    return one.device == other.device && one.inode == other.inode;
}

/// Something that has the name of one of ours, and was not made by us. `kind`: what it is, as the folder's listing
/// says.
bool is_strange(Folder& parent, const std::string& name, FolderEntry::Kind kind, bool in_use) {
    auto folder = kind == FolderEntry::Kind::folder ? parent.open(name) : nullptr;
    if (folder && pair_folder::is_ours(*folder)) return false;
    // Where folders cannot be renamed, the last act of a removal that was interrupted.
    if (folder && in_use && folder->names().empty()) return false;
    // Unless it was one of ours that went away just now.
    auto now = parent.look(name);
    return now && (!folder || is_same(*now, folder->status()));
}

/// The same, as long as it is there.
bool is_strange(Folder& parent, const std::string& name, bool in_use) {
    auto entry = parent.look(name);
    return entry && is_strange(parent, name, entry->kind, in_use);
}

/// What an interrupted making or removal left under a name that only rekey gives.
void clear_away(Folder& parent, const std::string& name) {
    auto left = open_if_folder(parent, name);
    if (!left) return;
    pair_folder::remove_files(*left);
    parent.remove(name);
}

/// Gives a folder the name of one that is being removed, so that it is known for that also when its token is gone.
/// Returns the name that it has then: the one it had, where the file system cannot rename folders.
std::string set_aside(Folder& parent, const std::string& name) {
    clear_away(parent, being_removed(name));
    return parent.move_folder(name, parent, being_removed(name)) ? being_removed(name) : name;
}

bool destroy_pair(Folder& parent, const std::string& name) {
    auto entry = parent.look(name);
    if (!entry) return true;
    auto pair = entry->kind == FolderEntry::Kind::folder ? parent.open(name) : nullptr;
    if (!pair) return !parent.look(name);
    bool empty = pair->names().empty();
    if (!empty && !pair_folder::is_ours(*pair)) return false;
    pair->destroy(pair_folder::key_file);
    pair->destroy(pair_folder::combined_file);
    auto aside = empty ? name : set_aside(parent, name);
    pair_folder::remove_files(*pair);
    parent.remove(aside);
    return true;
}

/// Whether nobody but us can change what is in the folder.
bool is_ours_alone(Folder& folder) {
    auto status = folder.status();
    return status.owner == ::geteuid() && (status.mode & 0022) == 0;
}

Concern stranger(const std::string& path) {
    return {Concern::Kind::not_ours, fmt::format("{} was not made by rekey, and is left as it is", printable(path)),
            "find out whose it is; where another program needs it, give the slot another folder: another type, or "
            "another address of the unit"};
}

}  // namespace

int newest_number(const std::vector<int>& numbers, std::optional<int> current) {
    return std::max(numbers.empty() ? 0 : numbers.back(), current.value_or(0));
}

std::unique_ptr<Folder> make_folder_like(Folder& parent, const std::string& name) {
    if (auto folder = parent.open(name)) return folder;
    auto folder = parent.make_folder(name, open_mode);
    auto above = parent.status();
    if (::geteuid() == 0 && above.owner != 0) folder->give(above.owner, above.group);
    return folder;
}

void hand_over(Folder& slot, Folder& pair) {
    auto whose = slot.status();
    if (::geteuid() != 0 || whose.owner == 0 || !is_ours_alone(pair)) return;
    for (const auto& name : pair.names())
        if (name != pair_folder::key_file && name != pair_folder::combined_file)
            pair.give(name, whose.owner, whose.group, false);
    pair.give(whose.owner, whose.group);
}

std::unique_ptr<Folder::Lock> SlotFolder::lock() {
    auto lock = folder_->lock(lock_patience_ms);
    if (!lock) throw Error(Code::busy, fmt::format("another program is at work in {}", printable(folder_->path())));
    return lock;
}

std::optional<int> SlotFolder::current() {
    auto target = folder_->read_link(current_name);
    if (!target) return std::nullopt;
    auto number = number_in(*target);
    if (!number)
        throw Error(Code::failed, fmt::format("{} leads to '{}', which is not a generation of the slot",
                                              printable(current_path()), printable(*target)));
    return number;
}

std::optional<int> SlotFolder::number_in(std::string_view target) const {
    // Some tools that copy make links absolute; as long as it leads here, that is the same.
    auto whole = folder_->path() + "/";
    if (target.starts_with(whole)) target.remove_prefix(whole.size());
    auto prefix = generations_name + "/";
    return target.starts_with(prefix) ? number_of(target.substr(prefix.size())) : std::nullopt;
}

Folder& SlotFolder::generations_folder() {
    if (!find_generations()) generations_folder_ = make_folder_like(*folder_, generations_name);
    return *generations_folder_;
}

Folder* SlotFolder::find_generations() {
    if (!generations_folder_) generations_folder_ = folder_->open(generations_name);
    return generations_folder_.get();
}

std::vector<int> SlotFolder::generations() {
    std::vector<int> numbers;
    auto* parent = find_generations();
    if (parent == nullptr) return numbers;
    for (const auto& name : parent->names())
        if (auto number = number_of(name)) numbers.push_back(*number);
    return numbers;
}

std::unique_ptr<Folder> SlotFolder::generation(int number) {
    auto* parent = find_generations();
    return parent != nullptr ? parent->open(name_of(number)) : nullptr;
}

std::unique_ptr<Folder> SlotFolder::pending() { return folder_->open(pending_name); }

std::vector<Concern> SlotFolder::strangers() { return strangers(folder_->listing()); }

std::vector<Concern> SlotFolder::strangers(const std::vector<NamedEntry>& listing) {
    auto kind_of = [&](const std::string& name) {
        auto found = std::ranges::find(listing, name, &NamedEntry::name);
        return found != listing.end() ? std::optional(found->kind) : std::nullopt;
    };
    std::vector<Concern> found;
    bool in_use = kind_of(current_name).has_value();
    for (const auto& name : {pending_name, spare_name})
        if (auto kind = kind_of(name); kind && is_strange(*folder_, name, *kind, in_use))
            found.push_back(stranger(folder_->path() + "/" + name));
    auto* parent = kind_of(generations_name) == FolderEntry::Kind::folder ? find_generations() : nullptr;
    if (parent == nullptr) return found;
    for (const auto& [name, kind] : parent->listing())
        if (found.size() < limits::concerns && number_of(name) && is_strange(*parent, name, kind, in_use))
            found.push_back(stranger(parent->path() + "/" + name));
    return found;
}

void SlotFolder::require_room() {
    std::vector<Concern> in_the_way;
    if (!folder_->look(current_name))
        in_the_way = strangers();
    else if (is_strange(*folder_, pending_name, true))
        in_the_way.push_back(stranger(folder_->path() + "/" + pending_name));
    if (!in_the_way.empty()) throw Error(Code::refused, in_the_way.front().what, in_the_way.front().remedy);
}

NewPending SlotFolder::make_pending(const std::string& token) {
    clear_away(*folder_, being_made(pending_name));
    clear_away(*folder_, being_removed(pending_name));
    if (auto spare = take_spare()) return {std::move(spare), false};
    return {make_fresh(token), true};
}

std::unique_ptr<Folder> SlotFolder::take_spare() {
    auto spare = open_if_folder(*folder_, spare_name);
    if (!spare || !pair_folder::is_ours(*spare)) return nullptr;
    bool good = is_ours_alone(*spare) && !spare->look(pair_folder::key_file);
    if (!good || !folder_->move_folder(spare_name, *folder_, pending_name)) {
        destroy_pair(*folder_, spare_name);
        return nullptr;
    }
    // Who may change the slot's folder may exchange what is in it at any time.
    auto pending = folder_->open(pending_name);
    if (pending) pending->remove(pair_folder::proven_file);
    if (!pending || !is_same(pending->status(), spare->status()))
        throw Error(Code::refused, fmt::format("{} was exchanged just now", printable(spare->path())));
    return pending;
}

/// It has its token before it has its name, so that it is known for ours.
std::unique_ptr<Folder> SlotFolder::make_fresh(const std::string& token) {
    auto name = being_made(pending_name);
    auto made = folder_->make_folder(name, open_mode);
    if (!is_ours_alone(*made))
        throw Error(Code::refused, fmt::format("others than we can change {}", printable(made->path())),
                    "look who changes the slot's folder");
    made->create(pair_folder::token_file, view_of(token));
    made->sync();
    folder_->rename(name, *folder_, pending_name);
    auto pending = folder_->open(pending_name);
    if (!pending || !is_same(pending->status(), made->status()))
        throw Error(Code::refused, fmt::format("{} was exchanged just now", printable(made->path())));
    return pending;
}

int SlotFolder::promote_pending(Folder& pending, int newest) {
    auto& parent = generations_folder();
    int number = newest + 1;
    if (number > last_number)
        throw Error(Code::refused, fmt::format("{} has no generation number left", printable(folder_->path())));
    auto name = name_of(number);
    if (!folder_->move_folder(pending_name, parent, name)) {
        clear_away(parent, being_made(name));
        auto copy = parent.make_folder(being_made(name), open_mode);
        pair_folder::copy_files(pending, *copy);
        hand_over(*folder_, *copy);
        parent.rename(being_made(name), parent, name);
        return number;
    }
    auto promoted = parent.open(name);
    if (!promoted || !is_same(promoted->status(), pending.status()))
        throw Error(Code::refused, fmt::format("{} was exchanged just now", printable(pending.path())));
    return number;
}

void SlotFolder::drop_copied() {
    auto pending = open_if_folder(*folder_, pending_name);
    auto number = pending ? current() : std::nullopt;
    if (number && pending->names().empty()) return folder_->remove(pending_name);
    auto in_use = number ? generation(*number) : nullptr;
    if (!in_use || !pair_folder::is_ours(*pending)) return;
    if (pair_folder::token_of(*pending) == pair_folder::token_of(*in_use)) destroy_pending();
}

void SlotFolder::sync_generations() { generations_folder().sync(); }

void SlotFolder::switch_to(int number) {
    // Here and not where it was made: who made it may have been killed before.
    sync_generations();
    replace_link(*folder_, current_name, generations_name + "/" + name_of(number));
}

void SlotFolder::switch_off() {
    folder_->remove(current_name);
    folder_->sync();
}

bool SlotFolder::destroy_pending() { return destroy_pair(*folder_, pending_name); }

std::string SlotFolder::take_out(int number) {
    auto& parent = generations_folder();
    auto name = name_of(number);
    auto aside = set_aside(parent, name);
    std::optional<Error> why;
    try {
        if (current() == number)
            why = Error(Code::refused, fmt::format("{} leads to {} again", printable(current_path()), name),
                        "somebody else put an older pair in use just now: look who does, and repeat the command");
    } catch (const Error& error) {
        why = error;
    }
    if (!why) return aside;
    if (aside != name) parent.move_folder(aside, parent, name);
    throw *why;
}

bool SlotFolder::destroy_generation(int number) {
    auto& parent = generations_folder();
    auto pair = open_if_folder(parent, name_of(number));
    if (!pair) return !parent.look(name_of(number));
    if (!pair->names().empty() && !pair_folder::is_ours(*pair)) return false;
    auto aside = take_out(number);
    pair_folder::remove_files(*pair);
    parent.remove(aside);
    parent.sync();
    return true;
}

void SlotFolder::retire_generation(int number) {
    auto& parent = generations_folder();
    auto pair = open_if_folder(parent, name_of(number));
    if (!pair || !pair_folder::is_ours(*pair)) return;
    auto aside = take_out(number);
    // Gone for good from here on; that the pair is called otherwise now may be lost again.
    pair->destroy(pair_folder::key_file);
    pair->destroy(pair_folder::combined_file);
    bool reusable = is_ours_alone(*pair) && !folder_->look(spare_name);
    if (reusable && parent.move_folder(aside, *folder_, spare_name)) return;
    pair_folder::remove_files(*pair);
    parent.remove(aside);
}

void SlotFolder::note_proven(int number) {
    auto pair = generation(number);
    if (!pair || !pair_folder::is_ours(*pair) || pair->look(pair_folder::proven_file)) return;
    pair->create(pair_folder::proven_file, {});
    pair->sync();
}

bool SlotFolder::is_proven(int number) {
    auto pair = generation(number);
    return pair && pair->look(pair_folder::proven_file).has_value();
}

bool SlotFolder::put_back(const std::string& aside) {
    auto name = aside.substr(1, number_digits);
    if (current() != number_of(name) || generations_folder().look(name)) return false;
    return generations_folder().move_folder(aside, generations_folder(), name);
}

void SlotFolder::tidy(const std::vector<int>& whole) {
    folder_->remove("." + current_name + ".new");
    for (const auto& name : {being_made(pending_name), being_removed(pending_name), being_removed(spare_name)})
        clear_away(*folder_, name);
    auto& parent = generations_folder();
    for (const auto& name : parent.names()) {
        bool temporary =
            name.size() == number_digits + 5 && name.front() == '.' && number_of(name.substr(1, number_digits));
        if (temporary && name.ends_with(".old") && put_back(name)) continue;
        if (temporary && (name.ends_with(".new") || name.ends_with(".old"))) clear_away(parent, name);
        auto number = number_of(name);
        if (number && std::find(whole.begin(), whole.end(), *number) == whole.end()) parent.remove_if_empty(name);
    }
    drop_copied();
}

std::string SlotFolder::current_path() const { return folder_->path() + "/" + current_name; }

}  // namespace rekey::units
