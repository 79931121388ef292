#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "crypto/encoding/handle.hpp"
#include "crypto/keys/key_kinds.hpp"
#include "crypto/sealing/password.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

using Pkey = Handle<EVP_PKEY, EVP_PKEY_free>;

/// A private key. Safe to use from several threads for signing.
class PrivateKey {
public:
    /// Throws Code::usage for a name that `can_make` does not know.
    static PrivateKey generate(std::string_view key_name);

    /// Reads the one private key in `pem`: PKCS#8 or traditional, plain or encrypted, also with the
    /// labels `PRIVATE KEY` and `EC PRIVATE KEY` around each other's content. Text before and after
    /// is allowed. Throws Code::usage with what it is instead: a certificate, a public key, two
    /// keys, encrypted without a passphrase, a wrong passphrase, no PEM at all.
    static PrivateKey from_pem(ByteView pem, const AskPassphrase& ask = {});

    /// PKCS#8 (RFC 5958) with the label `PRIVATE KEY`, not encrypted.
    Secret to_pem() const;

    /// The SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) in DER.
    const Bytes& public_key() const& { return public_key_; }
    Bytes public_key() && { return std::move(public_key_); }
    /// As `name_of` has it (`crypto/keys/public_key.hpp`).
    std::string name() const;
    EVP_PKEY* get() const { return key_.get(); }

private:
    explicit PrivateKey(Pkey key);
    Pkey key_;
    Bytes public_key_;  ///< encoded once: each use of a new key asks for it
};

}  // namespace rekey::crypto
