#include "input/names_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <iostream>

#include "base/files/file_errors.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

/// Three names of 64 characters, and a comment.
constexpr std::size_t longest_line = 4096;
/// More than a selection takes; no file fills the memory.
constexpr std::size_t most_lines = 100'000;

std::string name_on(std::string_view line) {
    line = line.substr(0, line.find('#'));
    auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return "";
    return std::string(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
}

}  // namespace

std::vector<std::string> read_names(const std::string& path) {
    auto shown = path == "-" ? std::string("standard input") : fmt::format("'{}'", printable(path));
    std::ifstream file;
    errno = 0;
    if (path != "-") file.open(path);
    auto& input = path == "-" ? std::cin : static_cast<std::istream&>(file);
    auto fail = [&] {
        throw unreadable(fmt::format("the names cannot be read from {}", shown), errno == 0 ? EIO : errno,
                         "name a file that is there and that you may read, or - for standard input");
    };
    if (!input) fail();
    std::vector<std::string> names;
    std::array<char, longest_line> line{};
    std::size_t lines = 0;
    while (input.getline(line.data(), static_cast<std::streamsize>(line.size())) || input.gcount() > 0) {
        ++lines;
        // A line that did not fit is no list of names.
        if (input.fail() || lines > most_lines)
            throw Error(Code::usage, fmt::format("{} is not a list of names", shown),
                        fmt::format("a name a line, {} lines at most", most_lines));
        if (auto name = name_on(line.data()); !name.empty()) names.push_back(std::move(name));
    }
    if (input.bad()) fail();
    if (names.empty())
        throw Error(Code::usage, fmt::format("{} names no unit or slot", shown),
                    "write UNIT, UNIT/TYPE or UNIT/NODE/TYPE, a line each");
    return names;
}

}  // namespace rekey::cli
