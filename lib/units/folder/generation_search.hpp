#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "crypto/certificates/certificate.hpp"
#include "units/driver/driver.hpp"
#include "units/folder/slot_folder.hpp"

/// Which generation of a slot has what.
namespace rekey::units {

bool is_leaf(Folder& pair, const Sha256& leaf);

/// Whether the generation in use holds `leaf`.
bool is_in_use(SlotFolder& slot, std::optional<int> current, const Sha256& leaf);

/// The pair in use, opened once.
struct PairInUse {
    int number;
    std::unique_ptr<Folder> folder;               ///< null: it is not there
    std::optional<crypto::X509Certificate> leaf;  ///< nothing when that cannot be read
    std::optional<Bytes> rest;                    ///< what its `chain.pem` has, if that was read with its chain
};

/// Nothing when no pair is in use.
std::optional<PairInUse> pair_in_use(SlotFolder& slot);
/// The same if the slot shows `leaf`, which takes more than one file that says so: all that a reader looks at agree.
std::optional<PairInUse> pair_showing(SlotFolder& slot, const Sha256& leaf);

/// The generation in use, if it holds `leaf`.
std::optional<int> in_use_with(SlotFolder& slot, const Sha256& leaf);

/// The generation in use. Throws Code::refused when another leaf is in it.
int require_in_use(SlotFolder& slot, const Sha256& leaf);
[[noreturn]] void refuse_other_leaf(SlotFolder& slot, const Sha256& leaf);

/// The one of `generations` that holds `leaf`, was put there by an earlier call, and is not in use yet.
std::optional<int> find_unused(SlotFolder& slot, const std::vector<int>& generations, std::optional<int> current,
                               const crypto::X509Certificate& leaf);

/// Where to go back to from `current`: the newest pair before it. Nothing when there never was one. Throws
/// Code::refused when what there was is damaged.
std::optional<int> find_previous(SlotFolder& slot, int current);

/// A pair with this leaf, its key, this chain and these roots, other than the one in use: made by an earlier call that
/// was killed before it switched, or the one before, to which there is a way back. The newest.
std::optional<int> find_with_chain(SlotFolder& slot, int current, const crypto::X509Certificate& leaf,
                                   const Delivery& delivery);

}  // namespace rekey::units
