#include "base/files/system_call.hpp"

#include <fmt/format.h>

#include <system_error>

#include "rekey/base/base.hpp"

namespace rekey {

namespace {

/// What a network filesystem says when its server is gone.
bool means_gone(int error) {
    return error == ESTALE || error == ENOTCONN || error == EHOSTDOWN || error == EHOSTUNREACH || error == ETIMEDOUT;
}

std::string hint_for(int error) {
    if (error == ENOSPC || error == EDQUOT) return "make room, then run the same command again";
    if (error == EACCES || error == EPERM) return "run it as the user to whom the folder belongs";
    return {};
}

}  // namespace

void fail_call(int error, std::string_view what, const std::string& path, Code code) {
    if (means_gone(error)) code = Code::unreachable;
    throw Error(code, fmt::format("cannot {} {}: {}", what, printable(path), std::generic_category().message(error)),
                hint_for(error));
}

void fail_below(bool top, int error, std::string_view what, const std::string& path) {
    fail_call(error, what, path, error == EIO && top ? Code::unreachable : Code::failed);
}

void refuse_kind(const std::string& path, std::string_view is) {
    throw Error(Code::failed, fmt::format("{} is {}", printable(path), is));
}

}  // namespace rekey
