#pragma once

#include <optional>
#include <vector>

#include "crypto/certificates/certificate.hpp"

namespace rekey::crypto {

/// What a CMS signed message (RFC 5652, 5) holds, and who signed it; the signer is not verified.
struct SignedContent {
    Bytes content;
    std::vector<X509Certificate> signers;
};

/// Whether bytes begin as CMS signed data in BER or DER.
bool is_signed_content(ByteView bytes);

/// Proves that the signatures fit the content and the certificates in it; no certificate is verified. Throws
/// Code::refused when a signature does not fit, Code::usage for what is no such message, is without its content, or
/// comes without the signer's certificate.
SignedContent open_signed_content(ByteView der);

}  // namespace rekey::crypto
