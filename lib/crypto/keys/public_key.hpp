#pragma once

#include <string>

#include "crypto/encoding/asn1.hpp"
#include "crypto/keys/key.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// The SubjectPublicKeyInfo of `key`, DER.
Bytes encode_public_key(const EVP_PKEY& key);

/// The same of a point of a named curve.
Bytes encode_ec_public_key(int curve_nid, ByteView point);

/// The kind of a key: `ec-p256`, `ed25519`, `rsa-3072`, `ml-dsa-65`, …; of those that are not made here its family and
/// size, as `rsa-1024`, `ec-secp256k1`, or OpenSSL's name.
std::string name_of(const EVP_PKEY& key);

/// The same for a key that was not decoded; the usual kinds are not decoded for it. Never throws for
/// strange contents.
std::string name_of(const KeyInfo& info);

/// The key that a request asks a certificate for: EC on P-256, P-384 or P-521, Ed25519, RSA of
/// 2048 to 8192 bits, or ML-DSA where OpenSSL has it, encoded as DER has it. Throws Code::refused for others and for
/// invalid ones.
Pkey import_public_key(const KeyInfo& info);

/// Whether `import_public_key` would take it. On P-256, P-384 and P-521, a twentieth of what that costs.
bool is_usable(const KeyInfo& info);

/// SHA-1 of the key's bits (RFC 5280, 4.2.1.2, method 1).
Bytes key_identifier(const KeyInfo& info);

/// Whether both are the same key, also when they are encoded differently.
bool is_same_key(ByteView one_key_info, ByteView other_key_info);

/// `ec-p256`, `ec-secp256k1`, … for OpenSSL's number of a curve; `ec-explicit` for NID_undef.
std::string curve_name(int curve_nid);

}  // namespace rekey::crypto
