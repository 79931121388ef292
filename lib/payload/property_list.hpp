#pragma once

#include <string>

#include "payload/value.hpp"

namespace rekey::payload {

/// Each throws Code::usage for what is no property list, or one that `xml_guard.hpp` or `binary_guard.hpp` does not
/// pass.
PayloadValue read_xml(std::string_view xml);
PayloadValue read_binary(ByteView binary);

/// An XML property list. Text in `value` must be UTF-8 without control characters.
std::string write_xml(const PayloadValue& value);

}  // namespace rekey::payload
