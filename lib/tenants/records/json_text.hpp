#pragma once

#include <string>
#include <string_view>

namespace rekey::tenants {

/// `text`, which is UTF-8, as a JSON string.
void append_json_string(std::string& out, std::string_view text);

}  // namespace rekey::tenants
