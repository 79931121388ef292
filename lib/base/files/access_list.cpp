#include "base/files/access_list.hpp"

#include <fmt/format.h>
#include <sys/xattr.h>

#include <cerrno>
#include <system_error>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"

namespace rekey {

namespace {

constexpr const char* attribute = "system.posix_acl_access";
/// What the system takes at most (XATTR_SIZE_MAX).

bool means_none(int error) { return error == ENODATA || error == EOPNOTSUPP || error == ENOSYS; }

[[noreturn]] void fail(const char* what, const std::string& path, int error, std::string hint = {}) {
    throw Error(
        Code::failed,
        fmt::format("cannot {} the ACL of {}: {}", what, printable(path), std::generic_category().message(error)),
        std::move(hint));
}

}  // namespace

Bytes access_list_of(int fd, const std::string& path) {
    Bytes list(limits::access_list);
    auto size = ::fgetxattr(fd, attribute, list.data(), list.size());
    if (size < 0 && !means_none(errno)) fail("read", path, errno);
    list.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return list;
}

void set_access_list(int fd, ByteView list, const std::string& path) {
    if (list.empty()) {
        if (::fremovexattr(fd, attribute) != 0 && !means_none(errno)) fail("remove", path, errno);
        return;
    }
    if (::fsetxattr(fd, attribute, list.data(), list.size(), 0) == 0) return;
    int error = errno;
    fail("set", path, error,
         error == EOPNOTSUPP
             ? "mount the file system with ACLs, or take the ACL away from the key in use: setfacl -b FILE"
             : "");
}

}  // namespace rekey
