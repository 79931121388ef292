#include "base/files/access_list.hpp"

#include <fmt/format.h>
#include <sys/xattr.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"

namespace rekey {

namespace {

constexpr const char* attribute = "system.posix_acl_access";
/// Of some forty entries; most files have none.
constexpr std::size_t usual_size = 512;

bool means_none(int error) { return error == ENODATA || error == EOPNOTSUPP || error == ENOSYS; }

[[noreturn]] void fail(const char* what, const std::string& path, int error, std::string hint = {}) {
    throw Error(
        Code::failed,
        fmt::format("cannot {} the ACL of {}: {}", what, printable(path), std::generic_category().message(error)),
        std::move(hint));
}

}  // namespace

Bytes access_list_of(int fd, const std::string& path) {
    std::array<std::uint8_t, usual_size> usual;
    auto size = ::fgetxattr(fd, attribute, usual.data(), usual.size());
    if (size >= 0) return {usual.begin(), usual.begin() + size};
    if (means_none(errno)) return {};
    if (errno != ERANGE) fail("read", path, errno);
    Bytes large(limits::access_list);
    size = ::fgetxattr(fd, attribute, large.data(), large.size());
    if (size < 0 && !means_none(errno)) fail("read", path, errno);
    large.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return large;
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
