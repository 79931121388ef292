#include "store/sqlite/database_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/files/descriptor.hpp"
#include "rekey/base/base.hpp"

namespace rekey::store {

namespace {

[[noreturn]] void fail(const std::string& path, const char* what, int error) {
    throw Error(Code::failed, fmt::format("{}: {}: {}", printable(path), what, std::strerror(error)));
}

/// The errno that writing would meet; 0 when there is none.
int write_obstacle(const std::string& path, int how) {
    return ::faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) == 0 ? 0 : errno;
}

}  // namespace

DatabaseFile::DatabaseFile(const std::string& path) {
    std::error_code failure;
    auto absolute = std::filesystem::absolute(path, failure);
    if (failure) throw Error(Code::failed, fmt::format("{}: {}", printable(path), failure.message()));
    path_ = absolute.string();
    folder_ = absolute.parent_path().string();
}

void DatabaseFile::make() const {
    try {
        make_private_file(path_);
    } catch (const Error&) {
        struct stat status {};
        if (::lstat(path_.c_str(), &status) != 0) throw;
    }
}

void DatabaseFile::require_file() const {
    struct stat status {};
    if (::lstat(path_.c_str(), &status) != 0) {
        int error = errno;
        if (error == ENOENT || error == ENOTDIR)
            throw Error(Code::not_found, fmt::format("{} does not exist", printable(path_)));
        fail(path_, "cannot be looked at", error);
    }
    if (S_ISREG(status.st_mode)) return;
    const char* kind = S_ISLNK(status.st_mode)   ? "a symbolic link"
                       : S_ISDIR(status.st_mode) ? "a folder"
                                                 : "something else";
    throw Error(Code::refused, fmt::format("{} should be a database, but is {}", printable(path_), kind),
                "move it away, or name another home");
}

void DatabaseFile::require_own_log() const {
    for (const char* suffix : {"-wal", "-shm", "-journal"}) {
        auto name = path_ + suffix;
        struct stat status {};
        if (::lstat(name.c_str(), &status) != 0) continue;
        if (S_ISREG(status.st_mode) && status.st_nlink == 1) continue;
        throw Error(Code::refused,
                    fmt::format("{} is {}", printable(name),
                                S_ISREG(status.st_mode) ? "known by other names too (hard links)" : "no ordinary file"),
                    "find out who put it there; the changes of another store are not this one's");
    }
}

void DatabaseFile::require_writable() const {
    struct stat status {};
    if (::lstat(path_.c_str(), &status) == 0 && status.st_nlink > 1)
        throw Error(Code::refused, fmt::format("{} is known by other names too (hard links)", printable(path_)),
                    "what is written here would change there; copy it, and put the copy in its place");
    const char* hint = "reading still works; to change anything, use the owner's account and a writable medium";
    if (int error = write_obstacle(path_, W_OK | R_OK))
        throw Error(Code::failed, fmt::format("{} cannot be written: {}", printable(path_), std::strerror(error)),
                    hint);
    if (int error = write_obstacle(folder_, W_OK | X_OK))
        throw Error(Code::failed,
                    fmt::format("{} cannot be written, because nothing can be made beside it: {}", printable(path_),
                                std::strerror(error)),
                    hint);
}

bool DatabaseFile::folder_is_writable() const { return write_obstacle(folder_, W_OK | X_OK) == 0; }

bool DatabaseFile::has_log() const {
    struct stat status {};
    return ::lstat((path_ + "-wal").c_str(), &status) == 0 && status.st_size > 0;
}

std::string DatabaseFile::immutable_uri() const {
    std::string uri = "file://";
    for (char c : path_) {
        bool special = c == '%' || c == '?' || c == '#';
        uri += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
    }
    return uri + "?immutable=1";
}

void make_private_file(const std::string& path) {
    Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!descriptor) fail(path, "cannot be made", errno);
    // A strange umask may have taken the owner's own bits.
    if (::fchmod(descriptor.get(), 0600) != 0) fail(path, "cannot be made private", errno);
}

void remove_file(const std::string& path) noexcept { ::unlink(path.c_str()); }

}  // namespace rekey::store
