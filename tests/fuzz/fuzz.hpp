#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

/// libFuzzer's entry. What is thrown out of it, and what `require` does not hold, is a finding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace rekey::fuzz {

inline void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "violated: %s\n", what);
    std::abort();
}

/// Whether `read` takes it. It may throw Error and nothing else; what an Error says can go to a terminal.
template <class Read>
bool takes(Read read) {
    try {
        read();
        return true;
    } catch (const Error& error) {
        require(printable(error.message()) == error.message(), "a message has control characters");
        require(printable(error.hint()) == error.hint(), "a hint has control characters");
        return false;
    }
}

/// The same, and nothing of `secret`, 16 characters at a time, is in what an Error says.
template <class Read>
bool takes(Read read, std::string_view secret) {
    try {
        read();
        return true;
    } catch (const Error& error) {
        constexpr std::size_t piece = 16;
        std::string said = error.message() + '\n' + error.hint();
        for (std::size_t at = 0; at + piece <= secret.size(); ++at)
            require(said.find(secret.substr(at, piece)) == std::string::npos, "a message has a piece of a secret");
        return false;
    }
}

}  // namespace rekey::fuzz
