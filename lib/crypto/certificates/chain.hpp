#pragma once

#include <span>

#include "crypto/certificates/certificate.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// Whether `chain` can go to a unit at `now`: leaf first, complete to a self-signed root, every
/// signature and every constraint verified, dates sane, leaf inside its issuer's validity, and the
/// leaf's key is `public_key`. Throws Code::refused naming the first thing that is wrong.
void check_chain(std::span<const X509Certificate> chain, ByteView public_key, Time now);

/// What the caller knows of the signature of a chain's first certificate.
enum class LeafSignature {
    unknown,
    verified  ///< it was verified before, over these bytes and with the key of the second certificate
};

/// The same for a chain that a certificate gets after it was made: it may have begun before its issuer's certificate
/// did, as that may have been renewed since, and end after it. A signature that is `verified` is verified again only
/// for a chain with something unusual in it.
void check_other_chain(std::span<const X509Certificate> chain, ByteView public_key, Time now,
                       LeafSignature signature = LeafSignature::unknown);

/// Throws Code::refused, naming it, when one of `chain` has ended by `now` or has not begun.
void require_valid_at(std::span<const X509Certificate> chain, Time now);

}  // namespace rekey::crypto
