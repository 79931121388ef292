#pragma once

#include <chrono>
#include <exception>
#include <iostream>
#include <rekey/base/base.hpp>

/// What the examples share: the time, who is at work, and the one place that tells of errors.
namespace example {

inline rekey::Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }
inline rekey::Stamp stamp() { return {now(), "example@here"}; }

/// Calls `work`. An error ends the program with 1, its message and its remedy on stderr.
template <class Work>
int run(const Work& work) {
    try {
        rekey::guard_secrets();
        rekey::require_cryptography();
        work();
        return 0;
    } catch (const rekey::Error& error) {
        std::cerr << error.message() << '\n';
        if (!error.hint().empty()) std::cerr << error.hint() << '\n';
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
    }
    return 1;
}

}  // namespace example
