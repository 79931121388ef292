#pragma once

#include <fcntl.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

/// How the folders of this room call the system, and what they throw when it says no.
namespace rekey {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
// Without O_NONBLOCK, opening a pipe that somebody put there would wait for ever.
constexpr int file_flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// Calls again until no signal interrupts it.
template <class Call>
auto retried(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

/// `what` as in "cannot open". Code::unreachable, whatever `code` is, where a network filesystem lost its server.
[[noreturn]] void fail_call(int error, std::string_view what, const std::string& path, Code code = Code::failed);

/// The same below a folder. `top`: directly in a unit's root, where an I/O error means that its disk or server does not
/// answer.
[[noreturn]] void fail_below(bool top, int error, std::string_view what, const std::string& path);

/// Something else is at `path` than what was expected there.
[[noreturn]] void refuse_kind(const std::string& path, std::string_view is);

}  // namespace rekey
