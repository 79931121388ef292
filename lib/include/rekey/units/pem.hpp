#pragma once

#include <span>
#include <string>

#include "rekey/base/bytes.hpp"
#include "rekey/base/export.hpp"

namespace rekey::units {

/// Certificates in DER as PEM (RFC 7468), in order: what a unit's fullchain.pem holds.
REKEY_EXPORT std::string to_pem(std::span<const Bytes> chain);

}  // namespace rekey::units
