#include "store/sqlite/lock_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "rekey/base/base.hpp"

namespace rekey::store {

namespace {

constexpr auto lock_pause = std::chrono::milliseconds{5};
constexpr const char* lock_folder = "runs";

[[noreturn]] void fail_lock(const std::string& name, const char* what) {
    int error = errno;
    throw Error(Code::failed, fmt::format("the lock {} cannot be {}: {}", printable(name), what, std::strerror(error)));
}

/// Where a lock is, below the folder of the home.
struct LockPlace {
    std::string folder;
    std::string entry;
    bool is_folder = false;  ///< what is locked is a folder, not a file
};

LockPlace lock_place_of(const std::string& name) {
    if (name == "backup") return {".", ".", true};
    if (name == "notify") return {lock_folder, "notify", true};
    auto slash = name.find('/');
    auto kind = name.substr(0, slash);
    auto number = slash == std::string::npos ? "" : name.substr(slash + 1);
    bool numbered = !number.empty() && number.find_first_not_of("0123456789") == std::string::npos;
    if (numbered && kind == "run") return {lock_folder, number, false};
    if (numbered && kind == "sync") return {lock_folder, "sync-" + number, true};
    throw Error(Code::failed, fmt::format("there is no lock of the name {}", printable(name)));
}

/// A link leads nowhere, in place of the folder as of the file. False with errno as open has it.
struct LockFile {
    Descriptor folder;
    Descriptor file;

    /// `access` is O_RDONLY or O_RDWR for a file; a folder can be read only.
    LockFile(int home, const LockPlace& place, int access)
        : folder(::openat(home, place.folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {
        int flags = (place.is_folder ? O_RDONLY | O_DIRECTORY : access) | O_NOFOLLOW | O_CLOEXEC;
        if (folder) file = Descriptor(::openat(folder.get(), place.entry.c_str(), flags, 0600));
    }
    explicit operator bool() const { return static_cast<bool>(file); }

    /// Whether the file still has its name: it may have been removed, and another one made, since.
    bool is_current(const LockPlace& place) const {
        struct stat opened {};
        struct stat named {};
        return ::fstat(file.get(), &opened) == 0 &&
               ::fstatat(folder.get(), place.entry.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
               opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
    }
};

class HeldLock : public Lock {
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
        fail_lock(name, "taken");
    }
    return true;
}

void make_lock_folder(int parent, const std::string& folder, const std::string& name) {
    bool made = ::mkdirat(parent, folder.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) fail_lock(name, "made");
    // A strange umask may have taken the owner's own bits.
    if (made && ::fchmodat(parent, folder.c_str(), 0700, 0) != 0) fail_lock(name, "made private");
}

/// Makes what is locked, where that is a folder of its own.
void make_lock_folders(int home, const LockPlace& place, const std::string& name) {
    if (!place.is_folder || place.folder == ".") return;
    make_lock_folder(home, place.folder, name);
    Descriptor folder(::openat(home, place.folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder) fail_lock(name, "opened");
    make_lock_folder(folder.get(), place.entry, name);
}

}  // namespace

std::unique_ptr<Lock> LockFiles::take(const std::string& name, std::chrono::milliseconds patience) const {
    auto place = lock_place_of(name);
    make_lock_folders(home_.get(), place, name);
    auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        LockFile file(home_.get(), place, O_RDWR | O_CREAT);
        if (!file) fail_lock(name, "opened");
        bool taken = try_lock(file.file.get(), LOCK_EX, name);
        if (taken && file.is_current(place)) return std::make_unique<HeldLock>(std::move(file));
        if (std::chrono::steady_clock::now() >= until) return nullptr;
        if (!taken) std::this_thread::sleep_for(lock_pause);
    }
}

bool LockFiles::is_held(const std::string& name) const {
    auto place = lock_place_of(name);
    for (;;) {
        LockFile file(home_.get(), place, O_RDONLY);
        if (!file && errno == ENOENT) return false;
        if (!file) fail_lock(name, "opened");
        // Shared, so that two who ask do not take each other for the holder.
        if (!try_lock(file.file.get(), LOCK_SH, name)) return true;
        if (file.is_current(place)) return false;
    }
}

void LockFiles::forget(const std::string& name) const {
    auto place = lock_place_of(name);
    if (place.is_folder) return;
    LockFile file(home_.get(), place, O_RDWR);
    if (!file && errno == ENOENT) return;
    if (!file) fail_lock(name, "opened");
    if (!try_lock(file.file.get(), LOCK_EX, name) || !file.is_current(place)) return;
    if (::unlinkat(file.folder.get(), place.entry.c_str(), 0) != 0 && errno != ENOENT) fail_lock(name, "removed");
}

}  // namespace rekey::store
