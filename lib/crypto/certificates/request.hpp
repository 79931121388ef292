#pragma once

#include <string>

#include "crypto/keys/key.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// A PKCS#10 request (RFC 2986) in DER, for `key`, with an empty subject and no attributes:
/// all that a certificate says comes from unit and rules, never from the request.
Bytes make_request(const PrivateKey& key);

/// What is taken from a request: its key, and nothing else.
struct RequestKey {
    Bytes public_key;  ///< SubjectPublicKeyInfo, DER
    std::string name;  ///< as `name_of`
};

/// Parses `der` (trailing bytes are an error, 64 KiB at most) and verifies its signature, which
/// proves possession of the key. Throws Code::refused with the cause.
RequestKey verify_request(ByteView der);

}  // namespace rekey::crypto
