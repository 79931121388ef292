#pragma once

#include <string>
#include <string_view>

namespace rekey {

/// How characters beyond ASCII stand in JSON.
enum class BeyondAscii { raw, escaped };

/// Adds `text` as a JSON string, byte by byte as nlohmann::json writes it. What is no UTF-8 becomes U+FFFD.
void append_json_text(std::string& out, std::string_view text, BeyondAscii beyond_ascii);

/// How many characters from the first one on stand in a JSON string as they are, in both forms: printable ASCII, but
/// for quotes and backslashes.
std::size_t plain_json_size(std::string_view text);

}  // namespace rekey
