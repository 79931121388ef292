#pragma once

#include <string>
#include <string_view>

#include "rekey/base/bytes.hpp"
#include "rekey/base/secret.hpp"

namespace rekey::crypto {

/// The key that seals secrets at rest, AES-256-GCM (NIST SP 800-38D). Sealed values are
/// `1` (one byte, the version) ‖ key id (8) ‖ nonce (12) ‖ ciphertext ‖ tag (16).
class SealKey {
public:
    /// A new random key.
    static SealKey generate();
    /// From what `to_text` gave. Throws Code::corrupt.
    static SealKey from_text(ByteView text);
    /// One line of ASCII: `rekey-seal-key-1 <id> <key>\n`, both in hex.
    Secret to_text() const;

    const Bytes& id() const { return id_; }

    /// `associated` binds the value to its place, as `issuer/<id>/key`: it opens nowhere else.
    Bytes seal(ByteView plain, std::string_view associated) const;
    /// Throws Code::refused when another key sealed it, Code::corrupt when it was changed or moved.
    Secret open(ByteView sealed, std::string_view associated) const;

    /// Id of the key that sealed this; empty when it is no sealed value.
    static Bytes key_id_of(ByteView sealed);

private:
    SealKey(Bytes id, Secret key) : id_(std::move(id)), key_(std::move(key)) {}
    Bytes id_;
    Secret key_;
};

}  // namespace rekey::crypto
