#pragma once

#include <cstdint>

#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// What scrypt (RFC 7914) takes: 128 · n · r bytes of memory, and time that grows with n · r · p.
struct ScryptCost {
    std::uint64_t n = 0;  ///< a power of two
    std::uint32_t r = 0;
    std::uint32_t p = 0;
    bool operator==(const ScryptCost&) const = default;
};

/// For everything made here: 128 MiB, less than half a second.
inline constexpr ScryptCost usual_cost{1U << 17, 8, 1};

/// Throws Code::refused for a cost that protects nothing (below n=2^15, r=8, p=1), that would stop
/// this machine (above n=2^20, r=16, p=4, or 1 GiB), or whose n is no power of two.
void require_sane(const ScryptCost& cost);

/// `size` bytes. Throws Code::failed when the memory is not to be had. Does not judge the cost.
Secret scrypt(const Secret& passphrase, ByteView salt, const ScryptCost& cost, std::size_t size);

/// HKDF with SHA-256 (RFC 5869). For keys from keys: it is no password hash.
Secret hkdf_sha256(const Secret& key, ByteView salt, ByteView info, std::size_t size);

}  // namespace rekey::crypto
