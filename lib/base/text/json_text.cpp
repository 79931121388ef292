#include "base/text/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rekey {
inline namespace internals {

namespace {

/// Stands in JSON as it is, in both forms.
constexpr auto stands_in_json = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };

/// False: there is more to escape than quotes and backslashes; then what was added is of no use.
bool append_simple_json(std::string& out, std::string_view text) {
    for (;;) {
        auto special = std::find_if_not(text.begin(), text.end(), stands_in_json);
        out.append(text.begin(), special);
        if (special == text.end()) return true;
        if (*special != '"' && *special != '\\') return false;
        out.append(1, '\\').append(1, *special);
        text.remove_prefix(static_cast<std::size_t>(special - text.begin()) + 1);
    }
}

}  // namespace

void append_json_text(std::string& out, std::string_view text, BeyondAscii beyond_ascii) {
    auto begin = out.size();
    out += '"';
    if (append_simple_json(out, text)) {
        out += '"';
        return;
    }
    // Few texts, for which nlohmann's serializer takes ten times as long: escapes by number, pairs of surrogates, and
    // what is no UTF-8.
    out.resize(begin);
    out += nlohmann::json(text).dump(-1, ' ', beyond_ascii == BeyondAscii::escaped,
                                     nlohmann::json::error_handler_t::replace);
}

}  // namespace internals
}  // namespace rekey
