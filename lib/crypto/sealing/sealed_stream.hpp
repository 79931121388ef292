#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "crypto/sealing/password.hpp"
#include "rekey/base/base.hpp"

/// A stream of any length sealed under a passphrase, written and read with the memory of one chunk:
///
///     `rekey-sealed` (12) ‖ version, 1 (1) ‖ length of the purpose (1) ‖ purpose ‖ salt (16)
///     ‖ scrypt N (8) ‖ r (4) ‖ p (4) ‖ bytes of text in a chunk (4) ‖ check (16)
///     ‖ the first 8 bytes of the SHA-256 of all before: together the head
///     chunks: ciphertext ‖ tag (16) each
///
/// Numbers are big-endian. root = scrypt(passphrase, salt, N, r, p, 32 bytes); by HKDF-SHA-256 from the
/// root with the salt, the info `rekey sealed stream key` gives the key (32) and `rekey sealed stream
/// check` the check. Each chunk is AES-256-GCM with the whole head as associated data and the nonce
/// number of the chunk, from 0 (11) ‖ 1 for the last chunk, else 0 (1), so that chunks that are missing,
/// moved or added show (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). All but
/// the last are full; the last is empty only when the whole stream is.
namespace rekey::crypto {

/// Makes the root from a passphrase; tests give one that remembers.
using PassphraseRoot = std::function<Secret(const Secret& passphrase, ByteView salt, const ScryptCost& cost)>;
Secret scrypt_root(const Secret& passphrase, ByteView salt, const ScryptCost& cost);

inline constexpr std::size_t usual_chunk = 1U << 16;

class SealedWriter {
public:
    /// Takes sealed bytes, in order.
    using Sink = std::function<void(ByteView)>;

    /// Hands the head to `sink` at once. `purpose` (`tenant`, `backup`: 1 to 32 characters of printable
    /// ASCII) stands in the head, readable by anyone, and is what a reader must ask for. Throws
    /// Code::usage for an empty passphrase.
    SealedWriter(std::string_view purpose, const Secret& passphrase, Sink sink, std::size_t chunk = usual_chunk,
                 const ScryptCost& cost = usual_cost, const PassphraseRoot& root = scrypt_root);

    void write(ByteView plain);
    /// Hands on the last chunk; without it, what was written is no whole stream. Once, and the last call.
    void finish();

private:
    void put_chunk(bool last);

    Sink sink_;
    Bytes head_;
    Secret key_;
    Secret text_;             ///< of one chunk
    std::size_t filled_ = 0;  ///< of `text_`
    std::uint64_t number_ = 0;
};

class SealedReader {
public:
    /// Fills up to `size` bytes at `to`; 0 only at the end.
    using Source = std::function<std::size_t(std::uint8_t* to, std::size_t size)>;

    /// Reads the head, then asks for the passphrase. Throws Code::corrupt when this is no sealed stream or
    /// its head was damaged; Code::usage when it was sealed for another purpose, or there is no passphrase;
    /// Code::refused when it is another passphrase, when the format is newer, or as `require_sane`.
    SealedReader(std::string_view purpose, const AskPassphrase& ask, Source source,
                 const PassphraseRoot& root = scrypt_root);

    /// The next piece of plain text, which lives until the next call. Empty at the end, and only then is
    /// it proven that nothing is missing. Throws Code::corrupt when a bit was changed, or chunks are missing,
    /// moved or added; what came before is a true beginning of what was written.
    ByteView next();

private:
    Source source_;
    Bytes head_;
    Secret key_;
    Bytes sealed_;            ///< one chunk, and a byte of the next, which tells whether there is one
    std::size_t filled_ = 0;  ///< of `sealed_`
    Secret text_;
    std::uint64_t number_ = 0;
    bool ended_ = false;
};

}  // namespace rekey::crypto
