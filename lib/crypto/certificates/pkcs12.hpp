#pragma once

#include <vector>

#include "crypto/certificates/certificate.hpp"
#include "crypto/keys/key.hpp"

namespace rekey::crypto {

/// A private key with its certificate and those above it, as one file has them.
struct KeyAndChain {
    PrivateKey key;
    std::vector<X509Certificate>
        chain;  ///< that of the key first, each followed by the one that issued it, as far as there
};

/// Reads a PKCS #12 file (RFC 7292). `ask` is called once for its passphrase. Throws Code::usage for what is none, has
/// no key or no certificate, for a wrong passphrase, and for a cipher that OpenSSL does not have.
KeyAndChain read_pkcs12(ByteView content, const AskPassphrase& ask);

}  // namespace rekey::crypto
