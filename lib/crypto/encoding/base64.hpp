#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// RFC 4648, section 4, with padding and without line breaks.
std::string encode_base64(ByteView bytes);
/// RFC 4648, section 5, without padding, as JSON Web Tokens have it (RFC 7515, 2).
std::string encode_base64url(ByteView bytes);

/// Only what `encode_base64` gives: nothing when a character does not belong there, the padding is
/// missing, or unused bits are set.
std::optional<Bytes> decode_base64(std::string_view text);

}  // namespace rekey::crypto
