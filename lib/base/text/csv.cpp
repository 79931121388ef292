#include "base/text/csv.hpp"

#include <string_view>

namespace rekey {

namespace {

/// What makes a spreadsheet take a cell for a formula.
constexpr std::string_view formula_starts = "=+-@\t\r";

bool looks_like_formula(std::string_view text) {
    auto first = text.find_first_not_of('\'');
    return first != std::string_view::npos && formula_starts.find(text[first]) != std::string_view::npos;
}

constexpr char formula_guard = '\'';

/// Whether it means the same without quotes around it. Blanks at its ends are its own only within quotes.
bool stands_bare(std::string_view text, bool guarded) {
    constexpr std::string_view blanks = " \t";
    if (text.empty()) return true;
    char front = guarded ? formula_guard : text.front();
    return blanks.find(front) == std::string_view::npos && blanks.find(text.back()) == std::string_view::npos &&
           text.find_first_of(",\"\r\n") == std::string_view::npos;
}

void append_field(std::string& line, std::string_view text, bool guarded) {
    bool bare = stands_bare(text, guarded);
    if (!bare) line += '"';
    if (guarded) line += formula_guard;
    if (bare) {
        line += text;
        return;
    }
    for (char c : text) {
        if (c == '"') line += '"';
        line += c;
    }
    line += '"';
}

}  // namespace

void append_csv_field(std::string& line, std::string_view text) { append_field(line, text, false); }

void append_csv_text(std::string& line, std::string_view text) { append_field(line, text, looks_like_formula(text)); }

std::string csv_field(std::string_view text) {
    std::string field;
    append_csv_field(field, text);
    return field;
}

std::string csv_text(std::string_view text) {
    std::string field;
    append_csv_text(field, text);
    return field;
}

std::string_view without_csv_guard(std::string_view cell) {
    auto first = cell.find_first_not_of('\'');
    bool guarded =
        first != 0 && first != std::string_view::npos && formula_starts.find(cell[first]) != std::string_view::npos;
    return guarded ? cell.substr(1) : cell;
}

}  // namespace rekey
