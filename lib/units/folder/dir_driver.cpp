#include "units/folder/dir_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/limits.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/request.hpp"
#include "crypto/keys/known_keys.hpp"
#include "rekey/base/base.hpp"
#include "units/folder/generation_search.hpp"
#include "units/folder/key_rights.hpp"
#include "units/folder/pair_folder.hpp"
#include "units/folder/slot_holding.hpp"
#include "units/folder/slot_ownership.hpp"
#include "units/folder/unit_slots.hpp"
#include "units/process/shell_command.hpp"

namespace rekey::units {

namespace {

constexpr auto reload_limit = std::chrono::seconds{60};

/// The key in use with its rights, if it is the certificate's: somebody who can put a file there could otherwise
/// decide who gets access to the next key.
std::string path_of_key(SlotFolder& slot) { return slot.current_path() + "/" + pair_folder::key_file; }

/// Those of the key in use; asked of one open folder, as others may take it away meanwhile.
Access access_for_new_key(SlotFolder& slot, const std::optional<PairInUse>& in_use, const SlotPath& place,
                          bool keep_mode) {
    if (!in_use || !in_use->leaf) return {};
    auto key = pair_folder::held_key(*in_use->folder, *in_use->leaf);
    if (!key) return {};
    if (auto one = pair_folder::held_combined(*in_use->folder))
        require_rights_like(*one, slot.current_path() + "/" + pair_folder::combined_file, on_unit(place), keep_mode);
    return require_rights_like(*key, path_of_key(slot), on_unit(place), keep_mode);
}

/// What is to be used for as long as `pair` is, can be given the rights of `pair`'s files.
void require_rights_kept(Folder& pair, const HeldFile& key) {
    auto require = [&](const HeldFile& file, const std::string& name) {
        if (auto found = hindrance(file, pair.path() + "/" + name))
            throw Error(Code::refused, found->what, found->remedy);
    };
    require(key, pair_folder::key_file);
    if (auto one = pair_folder::held_combined(pair)) require(*one, pair_folder::combined_file);
}

/// Once what `write` writes into it is durable, as the generation after `newest`.
void put_in_use(SlotFolder& slot, Folder& pending, int newest, const std::function<void()>& write) {
    pending.sync_once([&] {
        write();
        hand_over(slot.folder(), pending);
        pending.sync();
    });
    slot.switch_to(slot.promote_pending(pending, newest));
    slot.drop_copied();
}

crypto::X509Certificate leaf_in(const Delivery& delivery) {
    if (delivery.chain.empty()) throw Error(Code::refused, "there is no certificate to apply");
    return crypto::X509Certificate::from_der(delivery.chain.front());
}

/// Pairs of the same leaf that are newer than the one in use were given up.
void remove_after(SlotFolder& slot, int number, const crypto::X509Certificate& leaf) {
    for (int other : slot.generations()) {
        auto pair = other > number ? slot.generation(other) : nullptr;
        if (pair && is_leaf(*pair, leaf.fingerprint())) slot.destroy_generation(other);
    }
}

/// While a fleet moves from one CA to another, services that trust what is in `chain.pem` go on trusting what they
/// did, as long as anybody in the fleet has a certificate from there.
std::vector<Bytes> roots_in_use(const PairInUse& in_use, const Delivery& delivery) {
    auto rest = in_use.rest || !in_use.folder ? in_use.rest : pair_folder::rest_of(*in_use.folder);
    return pair_folder::roots_to_keep(rest, delivery);
}

void require_spec(const KeySpec& spec) {
    if (!is_name(spec.token))
        throw Error(Code::usage, fmt::format("'{}' cannot name a request", printable(spec.token)));
    crypto::require_makeable(spec.key);
}

/// The request that an earlier call with this token made. `in_use`: as far as it is open already.
std::optional<Bytes> known_request(SlotFolder& slot, const std::optional<PairInUse>& in_use, const std::string& token) {
    if (auto pending = slot.pending()) {
        if (auto kept = pair_folder::request_for(*pending, token)) {
            pair_folder::sync_request(*pending);
            slot.folder().sync();
            return kept;
        }
    }
    for (int number : slot.generations()) {
        bool is_open = in_use && in_use->folder && in_use->number == number;
        auto opened = is_open ? nullptr : slot.generation(number);
        auto* pair = is_open ? in_use->folder.get() : opened.get();
        if (auto kept = pair != nullptr ? pair_folder::request_for(*pair, token) : std::nullopt) return kept;
    }
    return std::nullopt;
}

/// Into `pending/`; the request is returned once it is durable with its key.
Bytes make_pending_key(SlotFolder& slot, const KeySpec& spec, const Access& access) {
    auto key = crypto::PrivateKey::generate(spec.key);
    auto request = crypto::make_request(key);
    auto [pending, has_token] = slot.make_pending(spec.token);
    auto pem = crypto::to_known_pem(key);
    // Power may fail between any two of them: `request_for` takes only files that fit together.
    pending->sync_once([&, &folder = *pending, new_token = !has_token] {
        pair_folder::put_key(folder, pem.view(), access);
        pair_folder::put(folder, pair_folder::request_file, request, {});
        if (new_token) write_beside(folder, pair_folder::token_file, view_of(spec.token));
    });
    pending->sync_once([&, &folder = *pending, new_token = !has_token] {
        if (new_token) put_in_place(folder, pair_folder::token_file);
        folder.sync();
        slot.folder().sync();
    });
    return request;
}

/// `in_use` is what the slot shows.
Bytes make_key(SlotFolder& slot, const std::optional<PairInUse>& in_use, const SlotPath& place, const KeySpec& spec) {
    slot.require_room();
    auto access = access_for_new_key(slot, in_use, place, spec.keep_mode);
    slot.destroy_pending();
    return make_pending_key(slot, spec, access);
}

/// Puts a delivery in use in place of `in_use`, which has another leaf.
void replace_pair(SlotFolder& slot, const std::optional<PairInUse>& in_use, const Delivery& delivery,
                  const crypto::X509Certificate& leaf) {
    auto current = in_use ? std::optional(in_use->number) : std::nullopt;
    auto numbers = slot.generations();
    if (auto number = find_unused(slot, numbers, current, leaf)) return slot.switch_to(*number);

    auto pending = slot.pending();
    if (!pending)
        throw Error(Code::refused,
                    fmt::format("no key waits for a certificate in {}", printable(slot.folder().path())));
    if (!pair_folder::has_key_of(*pending, leaf))
        throw Error(Code::refused, fmt::format("the certificate is not for the key that waits in {}",
                                               printable(slot.folder().path())));
    auto also_trusted = in_use ? roots_in_use(*in_use, delivery) : std::vector<Bytes>();
    put_in_use(slot, *pending, newest_number(numbers, current), [&] {
        pair_folder::put_chain(*pending, delivery, also_trusted);
        if (in_use && in_use->folder) pair_folder::put_combined(*pending, *in_use->folder, delivery.chain);
    });
}

}  // namespace

std::vector<Concern> DirDriver::concerns() {
    open_anew();
    auto obstacle = root_->obstacle();
    if (!obstacle) return {};
    // Who may not change the unit's own folder may be the owner of its slots all the same.
    bool of_medium = !obstacle->of_rights;
    auto has_slot = [&](const std::string& name) {
        auto entry = root_->look(name);
        return is_name(name) && entry && entry->kind == FolderEntry::Kind::folder && !root_->open(name)->obstacle();
    };
    auto names = root_->names();
    if (!of_medium && std::any_of(names.begin(), names.end(), has_slot)) return {};
    return {{Concern::Kind::medium, std::move(obstacle->what), std::move(obstacle->remedy)}};
}

std::vector<std::string> DirDriver::others_belongings() {
    open_anew();
    std::vector<std::string> found;
    each_slot_folder(*root_, [&](SlotFolder& slot) {
        for (auto& path : belongings_of_others(slot.folder()))
            if (found.size() < limits::slots) found.push_back(std::move(path));
    });
    return found;
}

void DirDriver::give_back() {
    open_anew();
    each_slot_folder(*root_, [](SlotFolder& slot) { give_to_owner(slot.folder()); });
}

void DirDriver::open_anew() {
    if (!open_) return;
    if (!path_.empty()) {
        if (!opened_) opened_ = root_->status();
        if (leads_to(path_, *opened_)) return;
    }
    root_ = open_();
    opened_.reset();
}

DriverDescription DirDriver::describe() { return {"dir", root_->path()}; }

std::string DirDriver::current_path(const SlotPath& place) const {
    return fmt::format("{}/{}/current", root_->path() == "/" ? "" : root_->path(), on_unit(place));
}

std::vector<Holding> DirDriver::list() {
    open_anew();
    return list_slots(*root_);
}

std::optional<Holding> DirDriver::read(const SlotPath& place) {
    open_anew();
    require_dir_place(place);
    try {
        auto slot = find_slot(*root_, place);
        return slot ? try_read(*slot, place) : std::nullopt;
    } catch (const Error& error) {
        if (error.code() == Code::unreachable) throw;
        return in_trouble(place, error, nullptr);
    }
}

Bytes DirDriver::create_key(const SlotPath& place, const KeySpec& spec) {
    open_anew();
    require_spec(spec);
    auto slot = make_slot(*root_, place);
    auto lock = slot.lock();
    if (auto known = known_request(slot, {}, spec.token)) return *known;
    return make_key(slot, pair_in_use(slot), place, spec);
}

std::optional<NewKey> DirDriver::create_key_beside(const SlotPath& place, const KeySpec& spec, const Sha256& seen) {
    open_anew();
    require_spec(spec);
    auto slot = find_slot(*root_, place);
    if (!slot) return std::nullopt;
    auto lock = slot->lock();
    auto in_use = pair_showing(*slot, seen);
    if (!in_use || !in_use->leaf) return std::nullopt;
    auto leaf = in_use->leaf->der();
    if (auto known = known_request(*slot, in_use, spec.token)) return NewKey{std::move(*known), std::move(leaf)};
    return NewKey{make_key(*slot, in_use, place, spec), std::move(leaf)};
}

void DirDriver::apply(const SlotPath& place, const Delivery& delivery) {
    open_anew();
    auto leaf = leaf_in(delivery);
    auto slot = require_slot(*root_, place);
    auto lock = slot.lock();
    auto in_use = pair_in_use(slot);
    if (in_use && in_use->leaf && in_use->leaf->der() == leaf.der()) {
        slot.folder().sync();  // who switched may have been killed before this
        return;
    }
    replace_pair(slot, in_use, delivery, leaf);
}

bool DirDriver::apply_over(const SlotPath& place, const Delivery& delivery, const Sha256& seen) {
    open_anew();
    auto leaf = leaf_in(delivery);
    auto slot = find_slot(*root_, place);
    if (!slot || leaf.fingerprint() == seen) return false;
    auto lock = slot->lock();
    auto in_use = pair_showing(*slot, seen);
    if (!in_use) return false;
    replace_pair(*slot, in_use, delivery, leaf);
    return true;
}

bool DirDriver::replace_chain(const SlotPath& place, const Delivery& delivery) {
    open_anew();
    auto leaf = leaf_in(delivery);
    auto slot = require_slot(*root_, place);
    auto lock = slot.lock();
    auto current = require_in_use(slot, leaf.fingerprint());
    auto pair = slot.generation(current);
    if (!pair) refuse_other_leaf(slot, leaf.fingerprint());
    if (pair_folder::holds(*pair, delivery)) {
        slot.folder().sync();  // who switched may have been killed before this
        return true;
    }
    auto key = pair_folder::held_key(*pair, leaf);
    if (!key)
        throw Error(Code::failed,
                    fmt::format("the private key in {} is not the certificate's", printable(pair->path())),
                    "a renewal makes a new pair");
    if (auto number = find_with_chain(slot, current, leaf, delivery)) {
        slot.switch_to(*number);
        remove_after(slot, *number, leaf);
        return true;
    }
    slot.require_room();
    require_rights_kept(*pair, *key);
    slot.destroy_pending();
    // The mark of the pair in use: key and certificate are the same.
    auto token = pair_folder::is_ours(*pair) ? pair_folder::token_of(*pair) : pair_folder::adopted_token;
    auto pending = slot.make_pending(token).folder;
    pair_folder::put(*pending, pair_folder::token_file, view_of(token), {});
    // No request was made for it.
    pending->remove(pair_folder::request_file);
    auto also_trusted = pair_folder::roots_to_keep(pair_folder::rest_of(*pair), delivery);
    put_in_use(slot, *pending, newest_number(slot.generations(), current), [&] {
        pair_folder::put_key(*pending, key->content.view(), rights_like(*key, true));
        pair_folder::put_chain(*pending, delivery, also_trusted);
        pair_folder::put_combined(*pending, *pair, delivery.chain);
    });
    return true;
}

bool DirDriver::uses(const SlotPath& place, const Sha256& leaf) {
    auto slot = find_slot(*root_, place);
    return slot && is_in_use(*slot, slot->current(), leaf);
}

void DirDriver::reload(const SlotPath& place, const Reload& reload) {
    if (reload.command.empty()) return;
    run_command(reload.command, reload_limit,
                {"REKEY_UNIT=" + reload.unit, "REKEY_SLOT=" + on_unit(place), "REKEY_NUMBER=" + reload.number,
                 "REKEY_OLD_NUMBER=" + reload.old_number, "REKEY_FOLDER=" + current_path(place),
                 "REKEY_REASON=" + reload.reason});
}

void DirDriver::confirm(const SlotPath& place, const Sha256& leaf) {
    open_anew();
    auto slot = require_slot(*root_, place);
    auto lock = slot.lock();
    auto current = require_in_use(slot, leaf);
    auto numbers = slot.generations();
    auto is_before = [&](int number) {
        auto pair = number < current ? slot.generation(number) : nullptr;
        return pair && pair_folder::leaf_of(*pair);
    };
    auto previous = std::find_if(numbers.rbegin(), numbers.rend(), is_before);
    std::vector<int> kept{current};
    if (previous != numbers.rend())
        kept.push_back(*previous);
    else
        slot.note_proven(current);
    for (int number : numbers)
        if (std::find(kept.begin(), kept.end(), number) == kept.end()) slot.retire_generation(number);
    slot.tidy(kept);
}

bool DirDriver::retire(const SlotPath& place, const Sha256& leaf) {
    open_anew();
    auto slot = require_slot(*root_, place);
    auto lock = slot.lock();
    auto current = require_in_use(slot, leaf);
    slot.note_proven(current);
    std::string left;
    for (int number : slot.generations()) {
        if (number == current || slot.destroy_generation(number)) continue;
        if (auto kept = slot.generation(number)) left = kept->path();
    }
    slot.tidy();
    slot.folder().sync();
    if (!left.empty())
        throw Error(Code::failed, fmt::format("{} was not made by rekey, and is left with its key", printable(left)),
                    "find out whose it is, and remove it");
    return true;
}

bool DirDriver::revert(const SlotPath& place, const Sha256& leaf, bool was_empty) {
    open_anew();
    auto slot = find_slot(*root_, place);
    if (!slot) return false;
    auto lock = slot->lock();
    auto with_leaf = in_use_with(*slot, leaf);
    bool changed = with_leaf.has_value();
    if (with_leaf) {
        if (auto previous = find_previous(*slot, *with_leaf))
            slot->switch_to(*previous);
        else if (was_empty && !slot->is_proven(*with_leaf))
            slot->switch_off();
        else
            throw Error(Code::refused, fmt::format("there is no pair before it in {}: the new one stays in use",
                                                   printable(slot->folder().path())));
    }
    auto in_use = slot->current();
    for (int number : slot->generations()) {
        auto pair = slot->generation(number);
        if (number == in_use || !pair || !is_leaf(*pair, leaf)) continue;
        slot->destroy_generation(number);
        changed = true;
    }
    slot->tidy();
    return changed;
}

void DirDriver::discard(const SlotPath& place, const std::string& token) {
    open_anew();
    auto slot = find_slot(*root_, place);
    if (!slot) return;
    auto lock = slot->lock();
    auto pending = slot->pending();
    if (!pending) return;
    // Without a whole request nobody waits for it either: that was never returned.
    if (!pair_folder::is_ours(*pending)) return;
    auto owner = pair_folder::token_of(*pending);
    if (owner != token && pair_folder::request_for(*pending, owner)) return;
    slot->destroy_pending();
    slot->folder().sync();
}

void DirDriver::adopt(const SlotPath& place, const Pair& pair, const std::function<void()>& begin,
                      const std::function<void()>& finish) {
    open_anew();
    auto leaf = crypto::X509Certificate::from_der(pair.chain.front());
    auto slot = make_slot(*root_, place);
    auto lock = slot.lock();
    adopt_into(slot, pair, leaf, begin, finish);
}

void DirDriver::abandon_adoption(const SlotPath& place, const Sha256& leaf, const std::function<bool()>& restore) {
    open_anew();
    auto slot = find_slot(*root_, place);
    if (!slot) {
        restore();
        return;
    }
    auto lock = slot->lock();
    if (restore()) destroy_adopted(*slot, leaf);
}

}  // namespace rekey::units
