#pragma once

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "base/temporary_folder.hpp"

namespace rekey::test {

struct Shell {
    int code;
    std::string output;  ///< stdout and stderr
};

/// Runs a command of the system, which is the judge in tests.
inline Shell shell(const std::string& command) {
    std::array<char, 4096> buffer{};
    Shell result{0, ""};
    FILE* pipe = popen(("{ " + command + "; } 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("no shell");
    while (std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) result.output.append(buffer.data(), got);
    int status = pclose(pipe);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    return result;
}

}  // namespace rekey::test
