#include "base/text/json_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace rekey {
inline namespace internals {

namespace {

/// Stands in JSON as it is, or behind a backslash, in both forms.
bool is_simple_in_json(char c) { return c >= ' ' && c <= '~'; }

void append_simple_json(std::string& out, std::string_view text) {
    constexpr std::string_view escaped = "\"\\";
    for (auto at = text.find_first_of(escaped); at != std::string_view::npos; at = text.find_first_of(escaped)) {
        out.append(text, 0, at).append(1, '\\').append(1, text[at]);
        text.remove_prefix(at + 1);
    }
    out.append(text);
}

}  // namespace

void append_json_text(std::string& out, std::string_view text, BeyondAscii beyond_ascii) {
    // Nearly all texts are simple, and nlohmann's serializer takes ten times as long for them. All others are its own:
    // escapes by number, pairs of surrogates, and what is no UTF-8.
    if (!std::all_of(text.begin(), text.end(), is_simple_in_json)) {
        out += nlohmann::json(text).dump(-1, ' ', beyond_ascii == BeyondAscii::escaped,
                                         nlohmann::json::error_handler_t::replace);
        return;
    }
    out += '"';
    append_simple_json(out, text);
    out += '"';
}

}  // namespace internals
}  // namespace rekey
