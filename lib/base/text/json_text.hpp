#pragma once

#include <string>
#include <string_view>

#include "base/internal_export.hpp"

namespace rekey {
inline namespace internals {

/// How characters beyond ASCII stand in JSON.
enum class BeyondAscii { raw, escaped };

/// Adds `text` as a JSON string, byte by byte as nlohmann::json writes it. What is no UTF-8 becomes U+FFFD.
REKEY_INTERNAL_EXPORT void append_json_text(std::string& out, std::string_view text, BeyondAscii beyond_ascii);

}  // namespace internals
}  // namespace rekey
