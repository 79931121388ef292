#include "home/lock_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"

namespace rekey {

namespace {

constexpr auto patience = std::chrono::milliseconds{500};

[[noreturn]] void fail(const std::string& name, const char* what) {
    int error = errno;
    throw Error(Code::failed, fmt::format("the lock {} cannot be {}: {}", printable(name), what, std::strerror(error)));
}

/// Where the file of a lock is: `run/12` is `12` in `runs`.
struct LockPlace {
    std::string folder;
    std::string file;
};
LockPlace place_of(const std::string& name) {
    auto slash = name.find('/');
    return {name.substr(0, slash) + "s", name.substr(slash + 1)};
}

/// A link leads nowhere, in place of the folder as of the file. False with errno as open has it.
struct LockFile {
    Descriptor folder;
    Descriptor file;

    LockFile(int home, const LockPlace& place, int flags)
        : folder(::openat(home, place.folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {
        if (folder) file = Descriptor(::openat(folder.get(), place.file.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, 0600));
    }
    explicit operator bool() const { return static_cast<bool>(file); }

    /// Whether the file is still what its name stands for: it may have been removed, and another one made, since.
    bool is_current(const LockPlace& place) const {
        struct stat opened {};
        struct stat named {};
        return ::fstat(file.get(), &opened) == 0 &&
               ::fstatat(folder.get(), place.file.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
               opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
    }
};

class HeldLock : public Home::RunLock {
public:
    explicit HeldLock(LockFile file) : file_(std::move(file)) {}

private:
    LockFile file_;
};

/// Whether it was taken; false when somebody else has it.
bool try_lock(int file, int how, const std::string& name) {
    while (::flock(file, how | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno == EWOULDBLOCK) return false;
        fail(name, "taken");
    }
    return true;
}

}  // namespace

std::unique_ptr<Home::RunLock> LockFiles::take(const std::string& name) const {
    auto place = place_of(name);
    auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        LockFile file(home_.get(), place, O_RDWR | O_CREAT);
        if (!file) fail(name, "opened");
        bool taken = try_lock(file.file.get(), LOCK_EX, name);
        if (taken && file.is_current(place)) return std::make_unique<HeldLock>(std::move(file));
        if (std::chrono::steady_clock::now() > until) return nullptr;
        if (!taken) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

bool LockFiles::is_held(const std::string& name) const {
    auto place = place_of(name);
    for (;;) {
        LockFile file(home_.get(), place, O_RDONLY);
        if (!file && errno == ENOENT) return false;
        if (!file) fail(name, "opened");
        // Shared, so that two who ask do not take each other for the holder.
        if (!try_lock(file.file.get(), LOCK_SH, name)) return true;
        if (file.is_current(place)) return false;
    }
}

void LockFiles::forget(const std::string& name) const {
    auto place = place_of(name);
    LockFile file(home_.get(), place, O_RDWR);
    if (!file && errno == ENOENT) return;
    if (!file) fail(name, "opened");
    if (!try_lock(file.file.get(), LOCK_EX, name) || !file.is_current(place)) return;
    if (::unlinkat(file.folder.get(), place.file.c_str(), 0) != 0 && errno != ENOENT) fail(name, "removed");
}

}  // namespace rekey
