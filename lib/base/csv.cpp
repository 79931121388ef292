#include "rekey/base/csv.hpp"

#include <string_view>

namespace rekey {

std::string csv_field(std::string text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string csv_text(std::string text) {
    auto first = text.find_first_not_of('\'');
    if (first != std::string::npos && std::string_view("=+-@\t\r").find(text[first]) != std::string_view::npos)
        text.insert(text.begin(), '\'');
    return csv_field(std::move(text));
}

}  // namespace rekey
