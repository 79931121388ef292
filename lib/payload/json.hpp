#pragma once

#include <string>

#include "payload/value.hpp"

namespace rekey::payload {

/// RFC 8259. Throws Code::usage for what is not that, is beyond the limits, or has a key twice in one
/// object.
PayloadValue read_json(std::string_view text);

/// Bytes become base64. Text in `value` must be UTF-8.
std::string write_json(const PayloadValue& value);

}  // namespace rekey::payload
