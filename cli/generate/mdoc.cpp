#include "mdoc.hpp"

#include <cctype>

namespace rekey::cli::generate {

namespace {

std::string escaped(const std::string& text) {
    std::string safe;
    for (char c : text) safe += c == '\\' ? "\\e" : std::string(1, c);
    return safe;
}

}  // namespace

std::string mdoc_text(const std::string& text) {
    auto line = escaped(text);
    bool special = !line.empty() && (line.front() == '.' || line.front() == '\'');
    // A text that does not end a sentence by itself does so in a page.
    if (!line.empty() && std::isalnum(static_cast<unsigned char>(line.back())) != 0) line += ".";
    if (!line.empty() && (line.back() == ')' || line.back() == ']' || line.back() == '\'')) line += ".";
    return special ? "\\&" + line : line;
}

std::string mdoc_word(const std::string& word) {
    // Names of macros have two or three characters; a mark of punctuation alone would be set apart.
    return word.size() <= 3 && word != "..." ? "\\&" + escaped(word) : escaped(word);
}

}  // namespace rekey::cli::generate
