#include "units/slot_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "units/pair_folder.hpp"

namespace rekey::units {

namespace {

const std::string generations_name = "gen";
const std::string current_name = "current";
const std::string pending_name = "pending";
const std::string spare_name = "spare";

constexpr int lock_patience_ms = 5000;
constexpr std::size_t number_digits = 6;
constexpr int last_number = 999'999;
constexpr std::uint64_t largest_key = 64 * 1024;
/// Services that run as somebody else pass through; what protects a key is its own mode.
constexpr mode_t open_mode = 0755;

std::string name_of(int number) { return fmt::format("{:06}", number); }

std::optional<int> number_of(std::string_view name) {
    bool digits = name.size() == number_digits &&
                  std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return std::nullopt;
    int number = 0;
    for (char c : name) number = number * 10 + (c - '0');
    return number == 0 ? std::nullopt : std::optional{number};
}

void destroy_keys(Folder& pair) {
    pair.destroy(pair_folder::key_file);
    pair.destroy(pair_folder::combined_file);
}

void destroy_pair(Folder& parent, const std::string& name) {
    auto entry = parent.look(name);
    if (!entry) return;
    if (entry->kind == Entry::Kind::folder) destroy_keys(*parent.open(name));
    parent.remove_tree(name);
}

bool holds_only_pair_files(Folder& folder) {
    static const std::array known = {pair_folder::key_file,    pair_folder::certificate_file, pair_folder::rest_file,
                                     pair_folder::chain_file,  pair_folder::trust_file,       pair_folder::token_file,
                                     pair_folder::request_file};
    auto names = folder.names();
    return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        return std::find(known.begin(), known.end(), name) != known.end();
    });
}

}  // namespace

bool is_slot_part(const std::string& name) {
    return name == generations_name || name == current_name || name == pending_name || name == spare_name;
}

std::unique_ptr<Folder::Lock> SlotFolder::lock() {
    auto lock = folder_->lock(lock_patience_ms);
    if (!lock) throw Error(Code::busy, fmt::format("another program is at work in {}", printable(folder_->path())));
    return lock;
}

std::optional<int> SlotFolder::current() {
    auto target = folder_->read_link(current_name);
    if (!target) return std::nullopt;
    std::string_view text = *target;
    auto prefix = generations_name + "/";
    auto number = text.starts_with(prefix) ? number_of(text.substr(prefix.size())) : std::nullopt;
    if (!number)
        throw Error(Code::failed, fmt::format("{} leads to '{}', which is no generation of the slot",
                                              printable(current_path()), printable(text)));
    return number;
}

Folder& SlotFolder::generations_folder() {
    if (!generations_folder_) generations_folder_ = folder_->make_folder(generations_name, open_mode);
    return *generations_folder_;
}

std::vector<int> SlotFolder::generations() {
    std::vector<int> numbers;
    if (!folder_->look(generations_name)) return numbers;
    for (const auto& name : generations_folder().names())
        if (auto number = number_of(name)) numbers.push_back(*number);
    return numbers;
}

std::unique_ptr<Folder> SlotFolder::generation(int number) {
    if (!folder_->look(generations_name)) return nullptr;
    return generations_folder().open(name_of(number));
}

std::unique_ptr<Folder> SlotFolder::pending() { return folder_->open(pending_name); }

std::unique_ptr<Folder> SlotFolder::make_pending() {
    auto entry = folder_->look(spare_name);
    if (entry && entry->kind != Entry::Kind::folder) {
        folder_->remove(spare_name);
    } else if (entry) {
        auto spare = folder_->open(spare_name);
        if (spare && holds_only_pair_files(*spare))
            folder_->rename(spare_name, *folder_, pending_name);
        else
            destroy_pair(*folder_, spare_name);
    }
    return folder_->make_folder(pending_name, open_mode);
}

int SlotFolder::promote_pending() {
    auto& parent = generations_folder();
    auto numbers = generations();
    int number = numbers.empty() ? 1 : numbers.back() + 1;
    if (number > last_number)
        throw Error(Code::refused, fmt::format("{} has no generation number left", printable(folder_->path())));
    folder_->rename(pending_name, parent, name_of(number));
    return number;
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

void SlotFolder::destroy_pending() { destroy_pair(*folder_, pending_name); }

void SlotFolder::destroy_generation(int number) {
    destroy_pair(generations_folder(), name_of(number));
    generations_folder().sync();
}

void SlotFolder::retire_generation(int number) {
    auto& parent = generations_folder();
    auto name = name_of(number);
    auto entry = parent.look(name);
    auto pair = entry && entry->kind == Entry::Kind::folder ? parent.open(name) : nullptr;
    auto key = pair ? pair->look(pair_folder::key_file) : std::nullopt;
    bool reusable = key && key->kind == Entry::Kind::file && key->links == 1 && key->size <= largest_key &&
                    !folder_->look(spare_name);
    if (!reusable) return destroy_pair(parent, name);
    // Blank for good from here on; that the pair is called otherwise now may be lost again.
    pair->destroy(pair_folder::combined_file);
    pair->rewrite(pair_folder::key_file, Bytes(static_cast<std::size_t>(key->size), 0));
    parent.rename(name, *folder_, spare_name);
}

void SlotFolder::tidy() { folder_->remove("." + current_name + ".new"); }

std::string SlotFolder::current_path() const { return folder_->path() + "/" + current_name; }

}  // namespace rekey::units
