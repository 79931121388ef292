#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/sealing/password.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// The key that seals secrets at rest, AES-256-GCM (NIST SP 800-38D). Sealed values are
/// `1` (one byte, the version) ‖ key id (8) ‖ nonce (12) ‖ ciphertext ‖ tag (16).
class SealKey {
public:
    /// A new random key.
    static SealKey generate();
    /// The key that follows from a passphrase by scrypt, with a random id of its own: the same
    /// passphrase, salt and cost again make a key that opens nothing of the first. `salt`: 16 random
    /// bytes. Throws Code::usage for an empty passphrase or another salt, as `require_sane` for the cost.
    static SealKey from_passphrase(const Secret& passphrase, ByteView salt, const ScryptCost& cost = usual_cost);

    /// From what `to_text` gave. `ask` is called once when the key is under a passphrase. Throws
    /// Code::corrupt for a damaged text; Code::usage when there is no passphrase, Code::refused when
    /// it is another one, both before anything is opened with it.
    static SealKey from_text(ByteView text, const AskPassphrase& ask = {});
    /// Whether `from_text` will ask.
    static bool needs_passphrase(ByteView text);
    /// The id that the text begins with; nothing is proven by it. Throws Code::corrupt.
    static Bytes id_in(ByteView text);
    /// One line of ASCII, bytes in hex: `rekey-seal-key-1 <id> <key>\n`, or for a key under a
    /// passphrase, which is not in it, `rekey-seal-passphrase-1 <id> <salt> <N> <r> <p> <check>\n`.
    Secret to_text() const;

    const Bytes& id() const { return id_; }
    bool is_under_passphrase() const { return lock_.has_value(); }

    /// `associated` binds the value to its place, as `issuer/<id>/key`: it opens nowhere else.
    Bytes seal(ByteView plain, std::string_view associated) const;
    /// Throws Code::refused when another key sealed it, Code::corrupt when it was changed or moved.
    Secret open(ByteView sealed, std::string_view associated) const;

    /// Id of the key that sealed this; empty when it is no sealed value.
    static Bytes key_id_of(ByteView sealed);

private:
    /// How a key follows from a passphrase, and what tells that it was the right one.
    struct Lock {
        Bytes salt;
        ScryptCost cost;
        Bytes check;
    };
    SealKey(Bytes id, Secret key) : id_(std::move(id)), key_(std::move(key)) {}
    SealKey(Bytes id, Secret key, Lock lock) : id_(std::move(id)), key_(std::move(key)), lock_(std::move(lock)) {}
    static SealKey derive(Bytes id, const Secret& passphrase, Bytes salt, const ScryptCost& cost);
    static SealKey unlock(std::string_view line, const AskPassphrase& ask);

    Bytes id_;
    Secret key_;
    std::optional<Lock> lock_;
};

}  // namespace rekey::crypto
