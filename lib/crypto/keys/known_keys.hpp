#pragma once

#include "crypto/keys/key.hpp"

namespace rekey::crypto {

/// The SubjectPublicKeyInfo of the one private key in `pem`; throws like PrivateKey::from_pem. The same content is
/// parsed once: a renewal looks five times at two keys.
Bytes public_key_in(ByteView pem);

/// PrivateKey::to_pem, whose public key `public_key_in` knows from then on.
Secret to_known_pem(const PrivateKey& key);

}  // namespace rekey::crypto
