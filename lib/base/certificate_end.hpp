#pragma once

#include <optional>
#include <string>

#include "rekey/base/base.hpp"

namespace rekey {

/// What the store keeps of a certificate above a leaf, so that a chain's end can be found without decoding it again.
struct CertificateEnd {
    std::string subject;  ///< RFC 4514 text, fit to be shown
    Time not_after{};
};

/// Of a certificate in DER; nothing where that is none, or its date cannot be read.
std::optional<CertificateEnd> end_of_certificate(ByteView der);

}  // namespace rekey
