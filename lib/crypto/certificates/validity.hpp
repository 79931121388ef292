#pragma once

#include <optional>

#include "crypto/encoding/asn1.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// The moment that a UTCTime or GeneralizedTime says, also in the forms that RFC 5280 forbids;
/// nothing when it says none.
std::optional<Time> read_time(const ASN1_TIME& time);

/// The moment in the one form of RFC 5280, 4.1.2.5 (to the second, `Z`), which is what OpenSSL
/// takes when it verifies; nothing for every other.
std::optional<Time> read_strict_time(const ASN1_TIME& time);

}  // namespace rekey::crypto
