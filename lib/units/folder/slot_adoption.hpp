#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/files/folder.hpp"
#include "crypto/certificates/certificate.hpp"
#include "units/folder/slot_folder.hpp"

namespace rekey::units {

/// A pair that was made elsewhere.
struct AdoptedPair {
    ByteView key_pem;          ///< kept byte for byte
    std::vector<Bytes> chain;  ///< leaf first
    Access key_access;
    /// The file that a service reads key and certificates from, where they are in one.
    std::optional<ByteView> combined = {};
    Access combined_access = {};
};

/// As `DirDriver::adopt`, with the slot's lock held. `leaf`: the first of the pair's chain.
void adopt_into(SlotFolder& slot, const AdoptedPair& pair, const crypto::X509Certificate& leaf,
                const std::function<void()>& begin, const std::function<void()>& finish);

/// Takes an adopted pair with `leaf` out of use, and destroys it; the same for one that was not whole yet.
void destroy_adopted(SlotFolder& slot, const Sha256& leaf);

}  // namespace rekey::units
