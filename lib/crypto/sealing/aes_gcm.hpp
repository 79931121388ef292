#pragma once

#include <initializer_list>
#include <optional>

#include "rekey/base/base.hpp"

/// AES-256-GCM (NIST SP 800-38D), with the tag after the ciphertext.
namespace rekey::crypto::aes_gcm {

inline constexpr std::size_t key_size = 32;
inline constexpr std::size_t nonce_size = 12;
inline constexpr std::size_t tag_size = 16;

/// Authenticated, not encrypted: the parts are taken one after the other, with nothing between.
using Associated = std::initializer_list<ByteView>;

/// A nonce must never be used twice with the same key.
Bytes encrypt(ByteView key, ByteView nonce, Associated associated, ByteView plain);
/// Nothing when key, nonce or associated data are not those of `encrypt`, or a bit was changed.
std::optional<Secret> decrypt(ByteView key, ByteView nonce, Associated associated, ByteView encrypted);

}  // namespace rekey::crypto::aes_gcm
