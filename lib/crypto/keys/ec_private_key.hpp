#pragma once

#include <openssl/x509.h>

#include <optional>

#include "crypto/encoding/asn1.hpp"
#include "crypto/keys/key.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// An EC key on P-256, P-384 or P-521 in the form that rekey and most others write: a scalar of full length and the
/// uncompressed point, on a named curve (RFC 5915, 3 within RFC 5958, 2). OpenSSL's decoders take six times as long.
class EcPrivateKey {
public:
    /// Nothing for any other form, and for what is damaged: that is left to OpenSSL's decoders.
    static std::optional<EcPrivateKey> read(const PKCS8_PRIV_KEY_INFO& info);

    /// Null where OpenSSL refuses it. Does not prove that the point is the scalar's.
    Pkey import() const;

    /// The SubjectPublicKeyInfo, once the point is computed from the scalar and is the same. Nothing where it is
    /// another, or the scalar is none of the curve. Costs a fifth of OpenSSL's own check of a key that is imported.
    std::optional<Bytes> proven_public_key() const;

private:
    EcPrivateKey(int curve_nid, Fields<EcPrivateKeyFields> fields)
        : curve_nid_(curve_nid), fields_(std::move(fields)) {}

    ByteView scalar() const { return bytes_of(*fields_->scalar); }
    ByteView point() const { return bytes_of(*fields_->point); }

    int curve_nid_;
    Fields<EcPrivateKeyFields> fields_;
};

}  // namespace rekey::crypto
