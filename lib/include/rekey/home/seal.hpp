#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "rekey/base/secret.hpp"
#include "rekey/home/home.hpp"

namespace rekey {

/// How the secrets of a home are sealed.
struct SealState {
    std::string key_id;             ///< upper-case hex
    bool under_passphrase = false;  ///< false: the key itself is in `seal.key`
    std::int64_t values = 0;        ///< secrets that are sealed: keys of issuers and of credentials
    std::int64_t strange = 0;       ///< of these, with another key; 0 unless something is broken
};

/// Asks for no passphrase. Throws Code::failed when the file with the seal key is not there.
REKEY_EXPORT SealState seal_state(Home& home);

/// Opens every sealed value of the store with `from` and stores it sealed with `to`.
using Reseal =
    std::function<void(store::Transaction& transaction, const crypto::SealKey& from, const crypto::SealKey& to)>;

/// Seals everything with a new key: one that follows from `passphrase`, or without one a random key in
/// `seal.key`. `reseal` has to reach all sealed values; when one is left, Code::corrupt is thrown and nothing
/// has changed. After a crash at any instant the old key or the new one belongs to all values, and the
/// file that the store names is there; whoever writes next finishes what is left. The old key is
/// destroyed. False when what was sealed with it may still be in the write-ahead log, because
/// readers keep it: `settle_seal` later.
REKEY_EXPORT bool change_seal(Home& home, const std::optional<Secret>& passphrase, const Stamp& stamp,
                              const Reseal& reseal);

/// Finishes a change that was interrupted after the store had taken it. False as above.
REKEY_EXPORT bool settle_seal(Home& home);

}  // namespace rekey
