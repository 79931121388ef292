#pragma once

#include <string>

#include "crypto/keys/key.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// What a client says when it asks a token endpoint for a token (RFC 7523, 3).
struct Assertion {
    std::string client_id;  ///< issuer and subject
    std::string key_id;
    std::string audience;
    Time issued_at{};
    Seconds lifetime{300};
};

/// A JSON Web Token signed with ES256 (RFC 7518, 3.4), with a random id, so that each is good for
/// one request. Anyone who has it can use it: keep it out of logs and messages. Throws Code::usage
/// when the key is not on P-256, or what is said is not UTF-8, empty, or for no time.
std::string make_assertion(const PrivateKey& key, const Assertion& what);

/// Throws Code::usage that says what the key is instead.
void require_p256(const PrivateKey& key);

/// SHA-256 of the SubjectPublicKeyInfo: the same for the same key, however its file has it.
Sha256 key_fingerprint(const PrivateKey& key);

}  // namespace rekey::crypto
