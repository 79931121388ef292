#include "base/files/file_errors.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace rekey {

Error unreadable(const std::string& what, int error, std::string hint) {
    auto message = fmt::format("{}: {}", what, std::generic_category().message(error));
    switch (error) {
        case ENOENT:
        case ENOTDIR:
        case EISDIR:
        case EACCES:
        case EPERM:
        case ELOOP:
        case ENAMETOOLONG:
            return {Code::usage, std::move(message), std::move(hint)};
        default:
            return {Code::failed, std::move(message)};
    }
}

}  // namespace rekey
