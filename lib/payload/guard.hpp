#pragma once

#include <string_view>

#include "rekey/base/bytes.hpp"

/// libplist trusts its input more than it should: it follows every level with a function call, copies
/// what is named many times as often as it is named, and does not always stop at the end. These pass only
/// what it can read. Each throws Code::usage.
namespace rekey::payload {

/// Markup that is whole, without entities and declarations of its own, within the limits.
void require_sane_xml(std::string_view xml);

/// Offsets, sizes and references that are all inside, without cycles, within the limits, also once
/// every reference is a copy.
void require_sane_binary(ByteView binary);

}  // namespace rekey::payload
