#include "tenants/records/json_text.hpp"

#include <fmt/format.h>

#include "base/text/json_text.hpp"

namespace rekey::tenants {

void append_json_string(std::string& out, std::string_view text) {
    auto needs_escape = [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; };
    out += '"';
    std::size_t plain = 0;
    for (std::size_t i = plain_json_size(text); i < text.size(); ++i) {
        char c = text[i];
        if (!needs_escape(c)) continue;
        out.append(text, plain, i - plain);
        plain = i + 1;
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else {
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        }
    }
    out.append(text, plain);
    out += '"';
}

}  // namespace rekey::tenants
