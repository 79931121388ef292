#include "units/folder/generation_search.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "units/folder/pair_folder.hpp"

namespace rekey::units {

bool is_leaf(Folder& pair, const Sha256& leaf) {
    auto certificate = pair_folder::leaf_of(pair);
    return certificate && certificate->fingerprint() == leaf;
}

bool is_in_use(SlotFolder& slot, std::optional<int> current, const Sha256& leaf) {
    auto pair = current ? slot.generation(*current) : nullptr;
    return pair && is_leaf(*pair, leaf);
}

std::optional<PairInUse> pair_in_use(SlotFolder& slot) {
    auto number = slot.current();
    if (!number) return std::nullopt;
    PairInUse in_use{*number, slot.generation(*number), {}, {}};
    if (in_use.folder) in_use.leaf = pair_folder::leaf_of(*in_use.folder);
    return in_use;
}

std::optional<PairInUse> pair_showing(SlotFolder& slot, const Sha256& leaf) {
    try {
        auto number = slot.current();
        if (!number) return std::nullopt;
        auto pair = slot.generation(*number);
        if (!pair) return std::nullopt;
        auto chain = pair_folder::chain_of(*pair);
        const auto& first = chain.certificates.front();
        if (first.fingerprint() != leaf) return std::nullopt;
        return PairInUse{*number, std::move(pair), first, std::move(chain.rest)};
    } catch (const Error& error) {
        if (error.code() == Code::unreachable) throw;
        return std::nullopt;
    }
}

std::optional<int> in_use_with(SlotFolder& slot, const Sha256& leaf) {
    auto current = slot.current();
    return is_in_use(slot, current, leaf) ? current : std::nullopt;
}

void refuse_other_leaf(SlotFolder& slot, const Sha256& leaf) {
    throw Error(Code::refused,
                fmt::format("{} is not the certificate in use in {}", to_hex(leaf), printable(slot.folder().path())));
}

int require_in_use(SlotFolder& slot, const Sha256& leaf) {
    auto current = in_use_with(slot, leaf);
    if (!current) refuse_other_leaf(slot, leaf);
    return *current;
}

std::optional<int> find_unused(SlotFolder& slot, const std::vector<int>& generations, std::optional<int> current,
                               const crypto::X509Certificate& leaf) {
    for (int number : generations) {
        if (number <= current.value_or(0)) continue;
        auto pair = slot.generation(number);
        auto found = pair ? pair_folder::leaf_of(*pair) : std::nullopt;
        if (found && found->der() == leaf.der() && pair_folder::has_key_of(*pair, leaf)) return number;
    }
    return std::nullopt;
}

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
        throw Error(Code::refused,
                    fmt::format("cannot go back to the pair before: {} is damaged; the new pair stays in use",
                                printable(damaged)));
    return std::nullopt;
}

std::optional<int> find_with_chain(SlotFolder& slot, int current, const crypto::X509Certificate& leaf,
                                   const Delivery& delivery) {
    auto numbers = slot.generations();
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
        auto pair = *number != current ? slot.generation(*number) : nullptr;
        if (pair && is_leaf(*pair, leaf.fingerprint()) && pair_folder::has_key_of(*pair, leaf) &&
            pair_folder::holds(*pair, delivery))
            return *number;
    }
    return std::nullopt;
}

}  // namespace rekey::units
