#include "units/folder/slot_adoption.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "units/folder/generation_search.hpp"
#include "units/folder/pair_folder.hpp"

namespace rekey::units {

namespace {

int put_adopted(SlotFolder& slot, const AdoptedPair& pair) {
    slot.destroy_pending();
    auto pending = slot.make_pending(pair_folder::adopted_token).folder;
    pair_folder::put_key(*pending, pair.key_pem, pair.key_access);
    pair_folder::put(*pending, pair_folder::token_file, view_of(pair_folder::adopted_token), {});
    pair_folder::put_chain(*pending, Delivery(pair.chain));
    if (pair.combined) pair_folder::put_key(*pending, *pair.combined, pair.combined_access, pair_folder::combined_file);
    hand_over(slot.folder(), *pending);
    pending->sync();
    return slot.promote_pending(*pending, newest_number(slot.generations(), slot.current()));
}

}  // namespace

void adopt_into(SlotFolder& slot, const AdoptedPair& pair, const crypto::X509Certificate& leaf,
                const std::function<void()>& begin, const std::function<void()>& finish) {
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
        if (pair_folder::token_of(*found) != pair_folder::adopted_token) refuse("it has a pair that is not in use");
    }
    if (!find_unused(slot, slot.generations(), current, leaf)) slot.require_room();
    begin();
    for (int number : slot.generations()) {
        // Left by an attempt that ended before anybody saw it; the original is where it was.
        auto found = slot.generation(number);
        if (found && pair_folder::token_of(*found) == pair_folder::adopted_token &&
            !is_leaf(*found, sha256(leaf.der())))
            slot.destroy_generation(number);
    }
    auto number = find_unused(slot, slot.generations(), current, leaf);
    if (!number) number = put_adopted(slot, pair);
    slot.switch_to(*number);
    slot.drop_copied();
    if (finish) finish();
}

void destroy_adopted(SlotFolder& slot, const Sha256& leaf) {
    if (is_in_use(slot, slot.current(), leaf)) slot.switch_off();
    for (int number : slot.generations()) {
        auto pair = slot.generation(number);
        if (pair && pair_folder::token_of(*pair) == pair_folder::adopted_token && is_leaf(*pair, leaf))
            slot.destroy_generation(number);
    }
    if (auto pending = slot.pending(); pending && pair_folder::token_of(*pending) == pair_folder::adopted_token)
        slot.destroy_pending();
    slot.tidy();
    slot.folder().sync();
}

}  // namespace rekey::units
