#pragma once

#include "rekey/base/base.hpp"

/// Why libplist needs a guard: `payload/xml_guard.hpp`. Throws Code::usage.
namespace rekey::payload {

/// Offsets, sizes and references that are all inside, without cycles, within the limits, also once
/// every reference is a copy; no dictionary has a key twice.
void require_sane_binary(ByteView binary);

}  // namespace rekey::payload
