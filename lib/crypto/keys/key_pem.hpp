#pragma once

#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// The SubjectPublicKeyInfo of the one private key in `pem`, which is proven to be that key's. Throws like
/// PrivateKey::from_pem. For EC keys as rekey writes them, a fifth of what making the PrivateKey costs.
Bytes public_key_of_pem(ByteView pem);

}  // namespace rekey::crypto
