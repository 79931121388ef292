#include "units/dir_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "crypto/certificate.hpp"
#include "crypto/request.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "units/command.hpp"
#include "units/pair_folder.hpp"
#include "units/protocol.hpp"

namespace rekey::units {

namespace {

constexpr auto reload_limit = std::chrono::seconds{60};
constexpr mode_t open_mode = 0755;
constexpr std::size_t largest_key = 64 * 1024;
/// In place of a request's token; no request has one that is no name.
const std::string adopted_token = "(adopted)";

std::string on_unit(const Place& place) { return place.node.empty() ? place.type : place.node + "/" + place.type; }

bool is_leaf(Folder& pair, const Sha256& leaf) {
    auto certificate = pair_folder::leaf_of(pair);
    return certificate && sha256(certificate->der()) == leaf;
}

/// Whether the generation in use holds `leaf`.
bool is_in_use(SlotFolder& slot, std::optional<int> current, const Sha256& leaf) {
    auto pair = current ? slot.generation(*current) : nullptr;
    return pair && is_leaf(*pair, leaf);
}

Access access_for_new_key(SlotFolder& slot) {
    auto current = slot.current();
    auto pair = current ? slot.generation(*current) : nullptr;
    auto key = pair ? pair->look(pair_folder::key_file) : std::nullopt;
    if (!key || key->kind != Entry::Kind::file) return {};
    return pair_folder::access_like(*key);
}

/// A pair that holds `leaf`, was put there by an earlier call, and is not in use yet.
std::optional<int> find_unused(SlotFolder& slot, std::optional<int> current, const crypto::Certificate& leaf) {
    for (int number : slot.generations()) {
        if (number <= current.value_or(0)) continue;
        auto pair = slot.generation(number);
        auto found = pair ? pair_folder::leaf_of(*pair) : std::nullopt;
        if (found && found->der() == leaf.der() && pair_folder::has_key_of(*pair, leaf)) return number;
    }
    return std::nullopt;
}

/// Where to go back to from `current`: the newest pair before it. Nothing when there never was one.
std::optional<int> find_previous(SlotFolder& slot, int current) {
    auto numbers = slot.generations();
    std::string damaged;
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
        if (*number >= current) continue;
        auto pair = slot.generation(*number);
        if (!pair || pair_folder::is_spent(*pair)) continue;
        auto leaf = pair_folder::leaf_of(*pair);
        if (leaf && pair_folder::has_key_of(*pair, *leaf)) return *number;
        damaged = pair->path();
    }
    if (!damaged.empty())
        throw Error(Code::failed,
                    fmt::format("cannot go back to the pair before: {} is damaged; the new pair stays in use",
                                printable(damaged)));
    return std::nullopt;
}

[[noreturn]] void refuse_other_leaf(SlotFolder& slot, const Sha256& leaf) {
    throw Error(Code::refused,
                fmt::format("{} is not the certificate in use in {}", to_hex(leaf), printable(slot.folder().path())));
}

crypto::Certificate leaf_in(const Delivery& delivery) {
    if (delivery.chain.empty()) throw Error(Code::refused, "there is no certificate to apply");
    return crypto::Certificate::from_der(delivery.chain.front());
}

/// A pair with this leaf, its key, this chain and these roots, other than the one in use: made by an earlier call that
/// was killed before it switched, or the one before, to which there is a way back. The newest.
std::optional<int> find_with_chain(SlotFolder& slot, int current, const crypto::Certificate& leaf,
                                   const Delivery& delivery) {
    auto numbers = slot.generations();
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
        auto pair = *number != current ? slot.generation(*number) : nullptr;
        if (pair && is_leaf(*pair, sha256(leaf.der())) && pair_folder::has_key_of(*pair, leaf) &&
            pair_folder::holds(*pair, delivery))
            return *number;
    }
    return std::nullopt;
}

/// Pairs of the same leaf that are newer than the one in use were given up.
void remove_after(SlotFolder& slot, int number, const crypto::Certificate& leaf) {
    for (int other : slot.generations()) {
        auto pair = other > number ? slot.generation(other) : nullptr;
        if (pair && is_leaf(*pair, sha256(leaf.der()))) slot.destroy_generation(other);
    }
}

/// While a fleet moves from one CA to another, services that trust what is in `chain.pem` go on trusting what they
/// did, as long as anybody in the fleet has a certificate from there.
std::vector<Bytes> roots_in_use(SlotFolder& slot, std::optional<int> current, const Delivery& delivery) {
    auto pair = current ? slot.generation(*current) : nullptr;
    return pair ? pair_folder::roots_to_keep(*pair, delivery) : std::vector<Bytes>();
}

Holding read_slot(SlotFolder& slot, int number, const Place& place) {
    auto pair = slot.generation(number);
    if (!pair)
        throw Error(Code::failed, fmt::format("{} leads to generation {}, which is not there",
                                              printable(slot.current_path()), number));
    return pair_folder::hold(*pair, place);
}

/// What is in use, or why that cannot be read; nothing when the slot is empty.
std::optional<Holding> try_read(SlotFolder& slot, const Place& place) {
    std::optional<int> number;
    try {
        number = slot.current();
        if (!number) return std::nullopt;
        // Who switches at this moment may take away what was in use a moment ago.
        for (;;) {
            try {
                return read_slot(slot, *number, place);
            } catch (const Error& error) {
                auto now = slot.current();
                if (error.code() == Code::unreachable || now == number) throw;
                if (!now) return std::nullopt;
                number = now;
            }
        }
    } catch (const Error& error) {
        if (error.code() == Code::unreachable) throw;
        return Holding{place, {}, false, error.message()};
    }
}

}  // namespace

void require_dir_place(const Place& place) {
    if (!place.node.empty()) require_name(place.node, "node");
    require_name(place.type, "certificate type");
    for (const auto& name : {place.node, place.type})
        if (is_slot_part(name))
            throw Error(Code::usage, fmt::format("'{}' cannot be the name of a node or type on a dir: unit", name),
                        "choose another name; slots have folders of that name inside");
}

Description DirDriver::describe() { return {"dir", root_->path()}; }

std::string DirDriver::current_path(const Place& place) const {
    return fmt::format("{}/{}/current", root_->path() == "/" ? "" : root_->path(), on_unit(place));
}

std::optional<SlotFolder> DirDriver::find_slot(const Place& place) {
    require_dir_place(place);
    std::unique_ptr<Folder> folder;
    if (place.node.empty()) {
        folder = root_->open(place.type);
    } else if (auto node = root_->open(place.node)) {
        folder = node->open(place.type);
    }
    if (!folder) return std::nullopt;
    return SlotFolder(std::move(folder));
}

SlotFolder DirDriver::require_slot(const Place& place) {
    auto slot = find_slot(place);
    if (!slot)
        throw Error(Code::refused, fmt::format("there is no slot {} in {}", on_unit(place), printable(root_->path())));
    return std::move(*slot);
}

SlotFolder DirDriver::make_slot(const Place& place) {
    require_dir_place(place);
    std::unique_ptr<Folder> node;
    if (!place.node.empty()) node = root_->make_folder(place.node, open_mode);
    Folder& parent = node ? *node : *root_;
    auto folder = parent.make_folder(place.type, open_mode);
    // Also when it was there, as long as nothing was put in use: who made it may have been killed here.
    if (!folder->look("current")) {
        folder->make_folder("gen", open_mode);
        parent.sync();
        if (node) root_->sync();
    }
    return SlotFolder(std::move(folder));
}

void DirDriver::find_slots(Folder& folder, const std::string& node, std::vector<Holding>& found) {
    for (const auto& name : folder.names()) {
        if (found.size() > protocol::most_slots) return;
        if (!is_name(name) || is_slot_part(name)) continue;
        auto entry = folder.look(name);
        if (!entry || entry->kind != Entry::Kind::folder) continue;
        Place place{node, name};
        try {
            auto inner = folder.open(name);
            if (!inner) continue;
            if (node.empty()) find_slots(*inner, name, found);
            SlotFolder slot(std::move(inner));
            if (auto holding = try_read(slot, place)) found.push_back(std::move(*holding));
        } catch (const Error& error) {
            if (error.code() == Code::unreachable) throw;
            found.push_back({place, {}, false, error.message()});
        }
    }
}

std::vector<Holding> DirDriver::list() {
    std::vector<Holding> found;
    find_slots(*root_, "", found);
    if (found.size() > protocol::most_slots)
        throw Error(Code::refused,
                    fmt::format("{} has more than {} slots", printable(root_->path()), protocol::most_slots),
                    "is this the folder of one unit?");
    std::sort(found.begin(), found.end(), [](const Holding& a, const Holding& b) { return a.place < b.place; });
    return found;
}

std::optional<Holding> DirDriver::read(const Place& place) {
    require_dir_place(place);
    try {
        auto slot = find_slot(place);
        return slot ? try_read(*slot, place) : std::nullopt;
    } catch (const Error& error) {
        if (error.code() == Code::unreachable) throw;
        return Holding{place, {}, false, error.message()};
    }
}

Bytes DirDriver::create_key(const Place& place, const KeySpec& spec) {
    if (!is_name(spec.token))
        throw Error(Code::usage, fmt::format("'{}' cannot name a request", printable(spec.token)));
    crypto::require_makeable(spec.key);
    auto slot = make_slot(place);
    auto lock = slot.lock();

    if (auto pending = slot.pending()) {
        if (auto kept = pair_folder::request_for(*pending, spec.token)) {
            pair_folder::sync_request(*pending);
            slot.folder().sync();
            return *kept;
        }
    }
    for (int number : slot.generations()) {
        auto pair = slot.generation(number);
        auto kept = pair ? pair_folder::request_for(*pair, spec.token) : std::nullopt;
        if (kept) return *kept;
    }
    slot.destroy_pending();

    auto access = access_for_new_key(slot);
    auto key = crypto::PrivateKey::generate(spec.key);
    auto request = crypto::make_request(key);
    auto pending = slot.make_pending();
    auto pem = key.to_pem();
    // Power may fail between any two of them: `request_for` takes only files that fit together.
    const std::array<std::function<void()>, 3> files{
        [&] { pair_folder::put(*pending, pair_folder::key_file, pem.view(), access); },
        [&] { pair_folder::put(*pending, pair_folder::token_file, view_of(spec.token), {}); },
        [&] { pair_folder::put(*pending, pair_folder::request_file, request, {}); }};
    pending->together(files);
    const std::array<std::function<void()>, 2> folders{[&] { pending->sync(); }, [&] { slot.folder().sync(); }};
    pending->together(folders);
    return request;
}

void DirDriver::apply(const Place& place, const Delivery& delivery) {
    auto leaf = leaf_in(delivery);
    auto slot = require_slot(place);
    auto lock = slot.lock();

    auto current = slot.current();
    if (is_in_use(slot, current, sha256(leaf.der()))) {
        slot.folder().sync();  // who switched may have been killed before this
        return;
    }
    if (auto number = find_unused(slot, current, leaf)) return slot.switch_to(*number);

    auto pending = slot.pending();
    if (!pending)
        throw Error(Code::refused,
                    fmt::format("no key waits for a certificate in {}", printable(slot.folder().path())));
    if (!pair_folder::has_key_of(*pending, leaf))
        throw Error(Code::refused, fmt::format("the certificate is not for the key that waits in {}",
                                               printable(slot.folder().path())));
    pair_folder::put_chain(*pending, delivery, roots_in_use(slot, current, delivery));
    if (auto before = current ? slot.generation(*current) : nullptr)
        pair_folder::put_combined(*pending, *before, delivery.chain);
    pending->sync();
    slot.switch_to(slot.promote_pending());
}

bool DirDriver::replace_chain(const Place& place, const Delivery& delivery) {
    auto leaf = leaf_in(delivery);
    auto slot = require_slot(place);
    auto lock = slot.lock();
    auto current = slot.current();
    if (!is_in_use(slot, current, sha256(leaf.der()))) refuse_other_leaf(slot, sha256(leaf.der()));
    auto pair = slot.generation(*current);
    if (pair_folder::holds(*pair, delivery)) {
        slot.folder().sync();  // who switched may have been killed before this
        return true;
    }
    if (!pair_folder::has_key_of(*pair, leaf))
        throw Error(Code::failed,
                    fmt::format("the private key in {} is not the certificate's", printable(pair->path())),
                    "a renewal makes a new pair");
    if (auto number = find_with_chain(slot, *current, leaf, delivery)) {
        slot.switch_to(*number);
        remove_after(slot, *number, leaf);
        return true;
    }
    auto pending = slot.pending();
    if (pending) slot.destroy_pending();
    auto access = access_for_new_key(slot);
    auto key = pair->read_secret(pair_folder::key_file, largest_key);
    if (!key) throw Error(Code::failed, fmt::format("{} lost its key", printable(pair->path())));
    pending = slot.make_pending();
    // No request was made for it.
    for (const auto& name : {pair_folder::token_file, pair_folder::request_file}) pending->remove(name);
    pair_folder::put(*pending, pair_folder::key_file, key->view(), access);
    pair_folder::put_chain(*pending, delivery, roots_in_use(slot, current, delivery));
    pair_folder::put_combined(*pending, *pair, delivery.chain);
    pending->sync();
    slot.switch_to(slot.promote_pending());
    return true;
}

void DirDriver::reload(const Place&, const std::string& command) {
    if (!command.empty()) run_command(command, reload_limit);
}

void DirDriver::confirm(const Place& place, const Sha256& leaf) {
    auto slot = require_slot(place);
    auto lock = slot.lock();
    auto current = slot.current();
    if (!is_in_use(slot, current, leaf)) refuse_other_leaf(slot, leaf);
    auto numbers = slot.generations();
    std::optional<int> previous;
    for (int number : numbers)
        if (number < *current) previous = number;
    for (int number : numbers)
        if (number != *current && number != previous) slot.retire_generation(number);
    slot.tidy();
}

bool DirDriver::retire(const Place& place, const Sha256& leaf) {
    auto slot = require_slot(place);
    auto lock = slot.lock();
    auto current = slot.current();
    if (!is_in_use(slot, current, leaf)) refuse_other_leaf(slot, leaf);
    for (int number : slot.generations())
        if (number != *current) slot.destroy_generation(number);
    slot.tidy();
    slot.folder().sync();
    return true;
}

bool DirDriver::revert(const Place& place, const Sha256& leaf) {
    auto slot = find_slot(place);
    if (!slot) return false;
    auto lock = slot->lock();
    auto current = slot->current();
    bool changed = is_in_use(*slot, current, leaf);
    if (changed) {
        if (auto previous = find_previous(*slot, *current))
            slot->switch_to(*previous);
        else
            slot->switch_off();
    }
    auto in_use = slot->current();
    for (int number : slot->generations()) {
        auto pair = slot->generation(number);
        if (number == in_use || !pair || !is_leaf(*pair, leaf)) continue;
        slot->destroy_generation(number);
        changed = true;
    }
    return changed;
}

void DirDriver::discard(const Place& place, const std::string& token) {
    auto slot = find_slot(place);
    if (!slot) return;
    auto lock = slot->lock();
    auto pending = slot->pending();
    if (!pending) return;
    // Without a whole request nobody waits for it either: that was never returned.
    auto owner = pair_folder::token_of(*pending);
    if (owner != token && pair_folder::request_for(*pending, owner)) return;
    slot->destroy_pending();
    slot->folder().sync();
}

void DirDriver::adopt(const Place& place, const Pair& pair, const std::function<void()>& begin,
                      const std::function<void()>& finish) {
    auto leaf = crypto::Certificate::from_der(pair.chain.front());
    auto slot = make_slot(place);
    auto lock = slot.lock();
    auto current = slot.current();
    if (is_in_use(slot, current, sha256(leaf.der()))) {
        begin();
        slot.folder().sync();
        if (finish) finish();
        return;
    }
    auto refuse = [&](std::string_view why) {
        throw Error(Code::refused, fmt::format("{} is not empty: {}", printable(slot.folder().path()), why),
                    "adopt into another slot, or renew this one");
    };
    if (current) refuse("another pair is in use");
    for (int number : slot.generations()) {
        auto found = slot.generation(number);
        if (!found || pair_folder::is_spent(*found)) continue;
        if (pair_folder::token_of(*found) != adopted_token) refuse("it has a pair that is not in use");
    }
    begin();
    for (int number : slot.generations()) {
        // Left by an attempt that ended before anybody saw it; the original is where it was.
        auto found = slot.generation(number);
        if (found && pair_folder::token_of(*found) == adopted_token && !is_leaf(*found, sha256(leaf.der())))
            slot.destroy_generation(number);
    }
    auto number = find_unused(slot, current, leaf);
    if (!number) number = put_adopted(slot, pair);
    slot.switch_to(*number);
    if (finish) finish();
}

int DirDriver::put_adopted(SlotFolder& slot, const Pair& pair) {
    slot.destroy_pending();
    auto pending = slot.make_pending();
    pair_folder::put(*pending, pair_folder::key_file, pair.key_pem, pair.key_access);
    pair_folder::put(*pending, pair_folder::token_file, view_of(adopted_token), {});
    pair_folder::put_chain(*pending, Delivery(pair.chain));
    if (pair.combined) pair_folder::put(*pending, pair_folder::combined_file, *pair.combined, pair.combined_access);
    pending->sync();
    return slot.promote_pending();
}

void DirDriver::abandon_adoption(const Place& place, const Sha256& leaf, const std::function<bool()>& restore) {
    auto slot = find_slot(place);
    if (!slot) {
        restore();
        return;
    }
    auto lock = slot->lock();
    if (!restore()) return;
    if (is_in_use(*slot, slot->current(), leaf)) slot->switch_off();
    for (int number : slot->generations()) {
        auto pair = slot->generation(number);
        if (pair && pair_folder::token_of(*pair) == adopted_token && is_leaf(*pair, leaf))
            slot->destroy_generation(number);
    }
    if (auto pending = slot->pending(); pending && pair_folder::token_of(*pending) == adopted_token)
        slot->destroy_pending();
    slot->tidy();
    slot->folder().sync();
}

}  // namespace rekey::units
