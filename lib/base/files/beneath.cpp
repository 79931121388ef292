#include "base/files/beneath.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace rekey {

namespace {

// Asked once a process: a filter does not change its mind.
std::atomic<bool> missing = false;
constexpr int most_tries = 16;

bool means_missing(int error) { return error == ENOSYS || error == EINVAL || error == E2BIG; }

int open_plainly(int folder, const std::string& name, int flags, mode_t mode) {
    return ::openat(folder, name.c_str(), flags | O_NOFOLLOW, mode);
}

}  // namespace

int open_beneath(int folder, const std::string& name, int flags, mode_t mode) {
    if (missing) return open_plainly(folder, name, flags, mode);
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags | O_NOFOLLOW);
    how.mode = (flags & O_CREAT) != 0 ? mode : 0;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    for (int tries = 0; tries < most_tries; ++tries) {
        auto result = ::syscall(SYS_openat2, folder, name.c_str(), &how, sizeof how);
        if (result >= 0) return static_cast<int>(result);
        // EAGAIN: something was renamed meanwhile, and the system could not be sure.
        if (errno == EAGAIN) continue;
        // EPERM may be a filter's word, or the file's own: the plain call tells which.
        if (errno == EPERM) return open_plainly(folder, name, flags, mode);
        if (!means_missing(errno)) return -1;
        missing = true;
        break;
    }
    return open_plainly(folder, name, flags, mode);
}

int open_without_links(const std::string& path, int flags) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags);
    how.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return missing ? -1 : static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how));
}

}  // namespace rekey
