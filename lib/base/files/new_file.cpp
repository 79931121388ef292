#include "base/files/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "rekey/base/base.hpp"

namespace rekey {

NewFile::NewFile(const std::string& path) : path_(path), name_(std::filesystem::path(path).filename().string()) {
    if (name_.empty() || name_ == "." || name_ == "..")
        throw Error(Code::usage, fmt::format("'{}' is not the name of a file", printable(path)), "name a new file");
    auto above = std::filesystem::path(path).parent_path().string();
    folder_ = Descriptor(::open(above.empty() ? "." : above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder_ && (errno == ENOENT || errno == ENOTDIR))
        throw Error(Code::usage, fmt::format("there is no folder {}", printable(above)), "is the path right?");
    if (!folder_) fail(errno, "make");
    struct stat status {};
    if (::fstatat(folder_.get(), name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) refuse();
    file_ = Descriptor(::openat(folder_.get(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    if (!file_ && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOENT)) open_named();
    if (!file_) fail(errno, "make");
    // A strange umask may have taken the owner's own bits; some filesystems know no modes.
    if (::fchmod(file_.get(), 0600) != 0 && errno != EPERM && errno != EOPNOTSUPP) fail(errno, "set the mode of");
}

NewFile::~NewFile() {
    if (!temporary_.empty()) ::unlinkat(folder_.get(), temporary_.c_str(), 0);
}

void NewFile::open_named() {
    auto name = "." + name_ + ".new";
    constexpr int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
    Descriptor before(::openat(folder_.get(), name.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    if (before) {
        if (::flock(before.get(), LOCK_EX | LOCK_NB) != 0)
            throw Error(Code::busy, fmt::format("{} is being written by another process", printable(path_)),
                        "wait until that has ended");
        ::unlinkat(folder_.get(), name.c_str(), 0);
    }
    file_ = Descriptor(::openat(folder_.get(), name.c_str(), flags | O_EXCL, 0600));
    if (!file_) return;
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) fail(errno, "lock");
    temporary_ = name;
}

void NewFile::write(ByteView content) {
    while (!content.empty()) {
        auto written = ::write(file_.get(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(errno, "write");
        content = content.subspan(static_cast<std::size_t>(written));
    }
}

void NewFile::commit() {
    if (::fsync(file_.get()) != 0) fail(errno, "sync");
    int result = 0;
    if (temporary_.empty()) {
        auto handle = fmt::format("/proc/self/fd/{}", file_.get());
        result = ::linkat(AT_FDCWD, handle.c_str(), folder_.get(), name_.c_str(), AT_SYMLINK_FOLLOW);
    } else {
        result = ::renameat2(folder_.get(), temporary_.c_str(), folder_.get(), name_.c_str(), RENAME_NOREPLACE);
    }
    if (result != 0 && errno == EEXIST) refuse();
    if (result != 0) fail(errno, "name");
    temporary_.clear();
    if (::fsync(folder_.get()) != 0 && errno != EINVAL) fail(errno, "sync the folder of");
}

void NewFile::fail(int error, const char* what) const {
    throw Error(Code::failed,
                fmt::format("cannot {} {}: {}", what, printable(path_), std::generic_category().message(error)),
                error == ENOSPC || error == EDQUOT ? "make room, then run the same command again" : "");
}

void NewFile::refuse() const {
    throw Error(Code::refused, fmt::format("{} is there already", printable(path_)), "name a new file");
}

}  // namespace rekey
