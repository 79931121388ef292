#pragma once

#include "crypto/keys/key.hpp"

namespace rekey::crypto {

/// Reads a private key in the forms in which people have one: PEM, also indented, on one line, with `\n` for its line
/// breaks, within quotes or JSON, in UTF-16, or in base64 once more; DER; a JSON Web Key on P-256 (RFC 7517), also as
/// the one key of a set; PKCS #12 (RFC 7292) with its key under a passphrase. Throws as `PrivateKey::from_pem`.
PrivateKey read_private_key(ByteView content, const AskPassphrase& ask = {});

}  // namespace rekey::crypto
