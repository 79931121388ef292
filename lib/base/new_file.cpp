#include "base/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"

namespace rekey {

namespace {

[[noreturn]] void fail(std::string_view what, const std::string& path) {
    int error = errno;
    throw Error(Code::failed,
                fmt::format("cannot {} {}: {}", what, printable(path), std::generic_category().message(error)),
                error == ENOSPC || error == EDQUOT ? "make room, then run the same command again" : "");
}

void sync(const Descriptor& fd, const std::string& path) {
    // EINVAL: a folder of a filesystem that has its own ways of keeping names.
    if (::fsync(fd.get()) != 0 && errno != EINVAL) fail("sync", path);
}

}  // namespace

NewFile::NewFile(const std::string& path) : path_(path) {
    auto slash = path.rfind('/');
    folder_path_ = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    name_ = slash == std::string::npos ? path : path.substr(slash + 1);
    if (name_.empty() || name_ == "." || name_ == "..")
        throw Error(Code::usage, fmt::format("{} is not the name of a file", printable(path)), "name a new file");
    passing_name_ = "." + name_ + ".new";
    folder_ = Descriptor(::open(folder_path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder_ && (errno == ENOENT || errno == ENOTDIR))
        throw Error(Code::usage, fmt::format("there is no folder {}", printable(folder_path_)), "is the path right?");
    if (!folder_) fail("open", folder_path_);
    struct stat there {};
    if (::fstatat(folder_.get(), name_.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0) refuse_taken();
    take_passing_name();
}

void NewFile::refuse_taken() const {
    throw Error(Code::refused, fmt::format("{} is there already", printable(path_)), "name a new file");
}

void NewFile::take_passing_name() {
    constexpr int flags = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    constexpr int attempts = 10;
    for (int attempt = 0; attempt < attempts; ++attempt) {
        file_ = Descriptor(::openat(folder_.get(), passing_name_.c_str(), flags | O_CREAT | O_EXCL, 0600));
        bool made = static_cast<bool>(file_);
        if (!made && errno != EEXIST) fail("make", path_);
        if (!made) file_ = Descriptor(::openat(folder_.get(), passing_name_.c_str(), flags));
        if (!file_ && errno == ENOENT) continue;
        if (!file_) fail("take the place of", folder_path_ + "/" + passing_name_);
        if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK) fail("lock", path_);
            throw Error(Code::busy, fmt::format("somebody else is writing {} right now", printable(path_)),
                        "wait for that, or name another file");
        }
        struct stat mine {};
        struct stat named {};
        bool is_mine = ::fstat(file_.get(), &mine) == 0 &&
                       ::fstatat(folder_.get(), passing_name_.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
                       mine.st_ino == named.st_ino && mine.st_dev == named.st_dev;
        if (is_mine && made) {
            if (::fchmod(file_.get(), 0600) != 0) fail("set the mode of", path_);
            return;
        }
        // Left by somebody who is dead, as the lock was free.
        if (is_mine && ::unlinkat(folder_.get(), passing_name_.c_str(), 0) != 0) fail("remove", passing_name_);
        file_.close();
    }
    throw Error(Code::busy, fmt::format("others keep writing {}", printable(path_)), "name another file");
}

NewFile::~NewFile() {
    if (!published_ && file_) ::unlinkat(folder_.get(), passing_name_.c_str(), 0);
}

void NewFile::write(ByteView bytes) {
    while (!bytes.empty()) {
        ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail("write", path_);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

void NewFile::publish() {
    sync(file_, path_);
    int failed = ::renameat2(folder_.get(), passing_name_.c_str(), folder_.get(), name_.c_str(), RENAME_NOREPLACE);
    if (failed != 0 && (errno == EINVAL || errno == ENOSYS)) {
        // Filesystems without that have hard links, which do not replace either.
        failed = ::linkat(folder_.get(), passing_name_.c_str(), folder_.get(), name_.c_str(), 0);
        if (failed == 0) failed = ::unlinkat(folder_.get(), passing_name_.c_str(), 0);
    }
    if (failed != 0 && errno == EEXIST) refuse_taken();
    if (failed != 0) fail("rename what was written to", path_);
    published_ = true;
    sync(folder_, folder_path_);
}

}  // namespace rekey
