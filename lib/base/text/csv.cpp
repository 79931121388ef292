#include "base/text/csv.hpp"

#include <string_view>

namespace rekey {
inline namespace internals {

namespace {

/// What makes a spreadsheet take a cell for a formula.
constexpr std::string_view formula_starts = "=+-@\t\r";

}  // namespace

std::string csv_field(std::string text) {
    // Blanks around a cell are its own only within quotes.
    constexpr std::string_view blanks = " \t";
    bool bare = text.empty() || (blanks.find(text.front()) == std::string_view::npos &&
                                 blanks.find(text.back()) == std::string_view::npos);
    if (bare && text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string csv_text(std::string text) {
    auto first = text.find_first_not_of('\'');
    if (first != std::string::npos && formula_starts.find(text[first]) != std::string_view::npos)
        text.insert(text.begin(), '\'');
    return csv_field(std::move(text));
}

std::string_view without_csv_guard(std::string_view cell) {
    auto first = cell.find_first_not_of('\'');
    bool guarded =
        first != 0 && first != std::string_view::npos && formula_starts.find(cell[first]) != std::string_view::npos;
    return guarded ? cell.substr(1) : cell;
}

}  // namespace internals
}  // namespace rekey
