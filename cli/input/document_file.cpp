#include "input/document_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <iostream>

#include "base/files/file_errors.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::cli {

std::string read_document(const std::string& path, const std::string& what) {
    auto from = path == "-" ? std::string("standard input") : fmt::format("'{}'", printable(path));
    std::ifstream file;
    errno = 0;
    if (path != "-") file.open(path, std::ios::binary);
    auto& input = path == "-" ? std::cin : static_cast<std::istream&>(file);
    auto fail = [&] {
        throw unreadable(fmt::format("{} cannot be read from {}", what, from), errno == 0 ? EIO : errno,
                         "name a file that is there and that you may read, or - for standard input");
    };
    if (!input) fail();
    std::string text(policy::longest_document + 1, '\0');
    input.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (input.bad()) fail();
    text.resize(static_cast<std::size_t>(input.gcount()));
    if (text.size() > policy::longest_document) throw Error(Code::usage, fmt::format("{} is larger than 1 MiB", from));
    return text;
}

}  // namespace rekey::cli
