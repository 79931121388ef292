// Managed payloads: files in which device management brings credentials, their keys encrypted under a passphrase.
//
// `read` takes what somebody else made, in any of its forms, and checks it; `Decryptor` opens the keys; `pack` makes
// such a file. None of them needs a home. rekey/tenants/credentials.hpp takes the entries into one.
//
//     auto payload = rekey::payload::read(content);
//     rekey::payload::Decryptor decryptor(passphrase);
//     for (const auto& entry : payload.entries) auto key = decryptor.decrypt(entry);
//
// What is wrong in a file is Code::usage, with entry and field. A wrong passphrase and parameters beyond the bounds are
// Code::refused.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::payload {

/// How an entry's key is encrypted.
enum class Protection {
    scrypt,  ///< what `pack` makes: scrypt (RFC 7914), then AES-256-GCM whose associated data binds the entry
    hkdf     ///< the published HKDF-SHA256 variant: readable, never written; no password hash
};

/// A credential that device management delivered; its key is still encrypted.
struct Entry {
    std::string id;
    std::string name;
    std::string scope;
    std::string client_id;
    std::string key_id;
    std::int64_t version = 0;
    Protection protection = Protection::scrypt;
    Bytes salt;
    Bytes nonce;
    Bytes encrypted_key;  ///< ciphertext ‖ tag
    std::uint64_t scrypt_n = 0;
    std::uint32_t scrypt_r = 0;
    std::uint32_t scrypt_p = 0;
    Sha256 digest{};  ///< over all of its fields in a fixed order: tells a changed entry
};

/// Who signed a payload, by a certificate that came along. That the signature fits is proven; who that is, and whether
/// to believe it, is not known here.
struct Signer {
    std::string subject;
    std::string issuer;
    std::string fingerprint;  ///< SHA-256 of the certificate, hex
    Time not_after{};
};

struct Payload {
    std::vector<Entry> entries;
    std::vector<Signer> signers;
};

/// Reads `ManagedABMCredentials`, wherever it is, in an XML, binary or old (`defaults read`) property list, a
/// mobileconfig, JSON, or JSON in a text of one of these; in UTF-8 or UTF-16; as it is, in CMS signed data (DER or
/// PEM), or in base64. The content shows the format. The same entry in several places counts once. At most 16 MiB,
/// 10,000 entries, 64 levels. Throws Code::usage
/// naming the entry and field that is wrong; a duplicate id or client ID is wrong. Parameters below the
/// floor (N=2^15, r=8, p=1) or above the ceiling (N=2^20, r=16, p=4, 1 GiB in all) are refused
/// (Code::refused) before anything is derived from them.
REKEY_EXPORT Payload read(ByteView content);
/// Its entries only.
REKEY_EXPORT std::vector<Entry> parse(ByteView content);

/// The private key's PEM. Throws Code::refused when the passphrase is wrong or the entry was changed:
/// the two look the same.
REKEY_EXPORT Secret decrypt(const Entry& entry, const Secret& passphrase);

/// The same for many entries: derives once for all that share salt and parameters, as the entries of
/// one pack do.
class REKEY_EXPORT Decryptor {
public:
    /// Throws Code::usage for an empty passphrase.
    explicit Decryptor(const Secret& passphrase);
    Decryptor(Decryptor&&) noexcept;
    Decryptor& operator=(Decryptor&&) noexcept;
    ~Decryptor();

    Secret decrypt(const Entry& entry);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// What goes into `pack`: the same fields, with the key in clear.
struct Plain {
    std::string id;
    std::string name;
    std::string scope;
    std::string client_id;
    std::string key_id;
    std::int64_t version = 0;
    Secret key;  ///< PEM, P-256
};

enum class Format { plist, mobileconfig, json };

/// One salt and one derivation (scrypt N=2^17, r=8, p=1) for all entries, a fresh nonce for each.
/// Throws Code::usage naming the entry and field that is wrong, for what `parse` would not take back and
/// for a key that is not on P-256. A mobileconfig has the same UUIDs for the same credentials.
REKEY_EXPORT std::string pack(const std::vector<Plain>& entries, const Secret& passphrase, Format format);

}  // namespace rekey::payload
