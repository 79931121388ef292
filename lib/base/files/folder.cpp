#include "base/files/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <future>
#include <system_error>
#include <thread>

#include "base/files/access_list.hpp"
#include "base/files/beneath.hpp"
#include "base/files/descriptor.hpp"
#include "base/limits.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"

namespace rekey {

const std::uint64_t most_overwritten = limits::overwritten;

namespace {

/// The system's calls again until no signal interrupts them.
template <class Call>
auto retried(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

/// What a network filesystem says when its server is gone.
bool means_gone(int error) {
    return error == ESTALE || error == ENOTCONN || error == EHOSTDOWN || error == EHOSTUNREACH || error == ETIMEDOUT;
}

std::string hint_for(int error) {
    if (error == ENOSPC || error == EDQUOT) return "make room, then run the same command again";
    if (error == EACCES || error == EPERM) return "run it as the user to whom the folder belongs";
    return {};
}

[[noreturn]] void fail(int error, std::string_view what, const std::string& path, Code code = Code::failed) {
    if (means_gone(error)) code = Code::unreachable;
    throw Error(code, fmt::format("cannot {} {}: {}", what, printable(path), std::generic_category().message(error)),
                hint_for(error));
}

[[noreturn]] void refuse_kind(const std::string& path, std::string_view is) {
    throw Error(Code::failed, fmt::format("{} is {}", printable(path), is));
}

void require_component(const std::string& name) {
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos ||
        name.find('\0') != std::string::npos)
        throw Error(Code::failed, fmt::format("'{}' is not the name of something in a folder", printable(name)));
}

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
// Without O_NONBLOCK, opening a pipe that somebody put there would wait for ever.
constexpr int file_flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

Entry entry_of(const struct stat& status) {
    Entry entry{};
    entry.kind = S_ISREG(status.st_mode)   ? Entry::Kind::file
                 : S_ISDIR(status.st_mode) ? Entry::Kind::folder
                 : S_ISLNK(status.st_mode) ? Entry::Kind::link
                                           : Entry::Kind::other;
    entry.mode = status.st_mode & 07777;
    entry.owner = status.st_uid;
    entry.group = status.st_gid;
    entry.size = static_cast<std::uint64_t>(status.st_size);
    entry.links = status.st_nlink;
    entry.device = status.st_dev;
    entry.inode = status.st_ino;
    return entry;
}

constexpr const char* another_medium = "put it on a file system that has modes and symbolic links, as ext4 or XFS";

std::optional<Obstacle> obstacle_of_medium(int fd, const std::string& path) {
    struct statvfs limits {};
    if (::fstatvfs(fd, &limits) == 0 && (limits.f_flag & ST_RDONLY) != 0)
        return Obstacle{fmt::format("{} is on a medium that is read-only", printable(path)),
                        "mount it so that it can be written"};
    struct statfs kind {};
    if (::fstatfs(fd, &kind) != 0) return std::nullopt;
    auto type = static_cast<std::uint32_t>(kind.f_type);
    constexpr std::uint32_t exfat = 0x2011BAB0;
    if (type != MSDOS_SUPER_MAGIC && type != exfat) return std::nullopt;
    return Obstacle{fmt::format("{} is on a {} file system, which has neither symbolic links nor modes of files",
                                printable(path), type == exfat ? "exFAT" : "FAT"),
                    another_medium};
}

class FolderLock : public Folder::Lock {
public:
    explicit FolderLock(Descriptor fd) : fd_(std::move(fd)) {}

private:
    Descriptor fd_;  // closing it ends the lock
};

void write_all(int fd, ByteView content, const std::string& path) {
    while (!content.empty()) {
        ssize_t written = retried([&] { return ::write(fd, content.data(), content.size()); });
        if (written < 0) fail(errno, "write", path);
        content = content.subspan(static_cast<std::size_t>(written));
    }
}

class RealFolder : public Folder {
public:
    /// `top`: the folder that was asked for by its path, as a unit's root is.
    RealFolder(Descriptor fd, std::string path, bool top) : fd_(std::move(fd)), path_(std::move(path)), top_(top) {}

    const std::string& path() const override { return path_; }

    std::unique_ptr<Folder> open(const std::string& name) override {
        require_component(name);
        Descriptor fd(retried([&] { return open_beneath(fd_.get(), name, folder_flags); }));
        if (fd) return std::make_unique<RealFolder>(std::move(fd), below(name), false);
        int error = errno;
        if (error == ENOENT) return nullptr;
        if (error == ELOOP || error == ENOTDIR) refuse_not_folder(name);
        fail_here(error, "open", below(name));
    }

    std::optional<Entry> look(const std::string& name) override {
        require_component(name);
        struct stat status {};
        if (::fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return entry_of(status);
        if (errno == ENOENT) return std::nullopt;
        fail_here(errno, "look at", below(name));
    }

    Entry status() override { return status_of(fd_, "."); }

    std::optional<Obstacle> obstacle() override {
        if (auto found = obstacle_of_medium(fd_.get(), path_)) return found;
        if (::faccessat(fd_.get(), ".", W_OK | X_OK, AT_EACCESS) == 0 || errno != EACCES) return std::nullopt;
        auto entry = status();
        return Obstacle{fmt::format("user {} may not change {}, which belongs to user {} and has mode {:o}",
                                    ::geteuid(), printable(path_), entry.owner, entry.mode),
                        fmt::format("run it as user {}, or as root", entry.owner), true};
    }

    std::vector<std::string> names() override {
        // A descriptor of its own: reading moves the position that all who share it have.
        int fd = retried([&] { return ::openat(fd_.get(), ".", folder_flags); });
        if (fd < 0) fail_here(errno, "read", path_);
        std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(fd), ::closedir);
        if (!stream) {
            int error = errno;
            ::close(fd);
            fail_here(error, "read", path_);
        }
        std::vector<std::string> found;
        std::size_t size = 0;
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(stream.get());
            if (entry == nullptr) break;
            std::string name = static_cast<const char*>(entry->d_name);
            size += sizeof(std::string) + name.size();
            if (name != "." && name != "..") found.push_back(std::move(name));
            if (found.size() > limits::names)
                throw Error(Code::failed, fmt::format("{} has more than {} names", printable(path_), limits::names));
            if (size > limits::names_size)
                throw Error(Code::failed, fmt::format("{} has names of more than {} MiB in all", printable(path_),
                                                      limits::names_size / limits::mib));
        }
        if (errno != 0) fail_here(errno, "read", path_);
        std::sort(found.begin(), found.end());
        return found;
    }

    std::optional<Bytes> read(const std::string& name, std::size_t limit) override {
        std::optional<Secret> content = read_secret(name, limit);
        if (!content) return std::nullopt;
        return to_bytes(content->view());
    }

    std::optional<Secret> read_secret(const std::string& name, std::size_t limit) override {
        std::optional<Descriptor> file = open_file(name, O_RDONLY, "read");
        if (!file) return std::nullopt;
        return content_of(*file, name, limit);
    }

    std::optional<Held> read_held(const std::string& name, std::size_t limit) override {
        std::optional<Descriptor> file = open_file(name, O_RDONLY, "read");
        if (!file) return std::nullopt;
        return Held{content_of(*file, name, limit), status_of(*file, name), access_list_of(file->get(), below(name))};
    }

    std::optional<std::string> read_link(const std::string& name) override {
        require_component(name);
        std::array<char, 4096> target;
        ssize_t length = ::readlinkat(fd_.get(), name.c_str(), target.data(), target.size());
        if (length < 0 && errno == ENOENT) return std::nullopt;
        if (length < 0 && errno == EINVAL) refuse_kind(below(name), "not a symbolic link");
        if (length < 0) fail_here(errno, "read", below(name));
        if (static_cast<std::size_t>(length) == target.size()) fail(ENAMETOOLONG, "read", below(name));
        return std::string(target.data(), static_cast<std::size_t>(length));
    }

    std::unique_ptr<Folder> make_folder(const std::string& name, mode_t mode) override {
        require_component(name);
        if (::mkdirat(fd_.get(), name.c_str(), mode & 0700) != 0) {
            if (errno != EEXIST) fail_made(errno, "make", below(name));
            auto folder = open(name);
            if (!folder) fail(ENOENT, "open", below(name));
            return folder;
        }
        Descriptor fd(retried([&] { return open_beneath(fd_.get(), name, folder_flags); }));
        if (!fd) fail_here(errno, "open", below(name));
        if (::fchmod(fd.get(), mode) != 0) fail(errno, "set the mode of", below(name));
        return std::make_unique<RealFolder>(std::move(fd), below(name), false);
    }

    void create(const std::string& name, ByteView content, const Access& access) override {
        require_component(name);
        Descriptor fd(retried([&] {
            return open_beneath(fd_.get(), name, O_WRONLY | O_CREAT | O_EXCL | file_flags, access.mode & 0600);
        }));
        if (!fd) fail_made(errno, "make", below(name));
        try {
            // Before anything is in it: a folder may hand down an ACL that widens with the mode.
            set_access_list(fd.get(), {}, below(name));
            write_all(fd.get(), content, below(name));
            set_access(fd, name, access);
            if (retried([&] { return ::fsync(fd.get()); }) != 0) fail(errno, "sync", below(name));
        } catch (...) {
            ::unlinkat(fd_.get(), name.c_str(), 0);
            throw;
        }
    }

    bool rewrite(const std::string& name, ByteView content, const Access& access) override {
        require_component(name);
        Descriptor file(retried([&] { return open_beneath(fd_.get(), name, O_WRONLY | file_flags); }));
        if (!file || !is_like(file, name, access)) return false;
        write_all(file.get(), content, below(name));
        if (retried([&] { return ::ftruncate(file.get(), static_cast<off_t>(content.size())); }) != 0)
            fail_here(errno, "cut off", below(name));
        if (retried([&] { return ::fsync(file.get()); }) != 0) fail_here(errno, "sync", below(name));
        return true;
    }

    void sync_file(const std::string& name) override {
        std::optional<Descriptor> file = open_file(name, O_RDONLY, "sync");
        if (!file) fail(ENOENT, "sync", below(name));
        if (retried([&] { return ::fsync(file->get()); }) != 0) fail_here(errno, "sync", below(name));
    }

    void together(std::span<const std::function<void()>> steps) override {
        std::exception_ptr failure;
        auto keep_first = [&failure](const std::function<void()>& step) {
            try {
                step();
            } catch (...) {
                if (!failure) failure = std::current_exception();
            }
        };
        std::vector<std::future<void>> others;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            bool last = i + 1 == steps.size();
            try {
                if (!last) others.push_back(std::async(std::launch::async, steps[i]));
            } catch (const std::system_error&) {
                last = true;  // no thread to be had: here, then
            }
            if (last) keep_first(steps[i]);
        }
        for (auto& other : others) keep_first([&other] { other.get(); });
        if (failure) std::rethrow_exception(failure);
    }

    void make_link(const std::string& name, const std::string& target) override {
        require_component(name);
        if (::symlinkat(target.c_str(), fd_.get(), name.c_str()) == 0) return give_link(name);
        int error = errno;
        if (error == EPERM || error == EOPNOTSUPP || error == ENOSYS)
            throw Error(Code::failed,
                        fmt::format("cannot make {}: its file system has no symbolic links", printable(below(name))),
                        another_medium);
        fail_made(error, "make", below(name));
    }

    void rename(const std::string& from, Folder& to_folder, const std::string& to) override {
        if (!move_folder(from, to_folder, to))
            fail_here(EXDEV, fmt::format("rename {} to", printable(below(from))), to_folder.path() + "/" + to);
    }

    bool move_folder(const std::string& from, Folder& to_folder, const std::string& to) override {
        require_component(from);
        require_component(to);
        auto& target = dynamic_cast<RealFolder&>(to_folder);
        if (::renameat(fd_.get(), from.c_str(), target.fd_.get(), to.c_str()) == 0) return true;
        int error = errno;
        if (error == EXDEV) return false;
        fail_here(error, fmt::format("rename {} to", printable(below(from))), target.below(to));
    }

    void give(uid_t owner, gid_t group) override { change_owner(fd_, path_, owner, group); }

    void give(const std::string& name, uid_t owner, gid_t group, bool only_public) override {
        std::optional<Descriptor> file = open_file(name, O_RDONLY, "open");
        if (!file) return;
        Entry entry = status_of(*file, name);
        // Another name for it is somebody's file.
        if (entry.links != 1 || (only_public && !could_be_public(entry))) return;
        change_owner(*file, below(name), owner, group);
    }

    bool exchange(const std::string& one, const std::string& other) override {
        require_component(one);
        require_component(other);
        if (::renameat2(fd_.get(), one.c_str(), fd_.get(), other.c_str(), RENAME_EXCHANGE) == 0) return true;
        int error = errno;
        if (error == EINVAL || error == ENOSYS) return false;
        fail_here(error, fmt::format("exchange {} with", printable(below(one))), below(other));
    }

    void make_second_name(const std::string& name, const std::string& second) override {
        require_component(name);
        require_component(second);
        if (::linkat(fd_.get(), name.c_str(), fd_.get(), second.c_str(), 0) != 0)
            fail_made(errno, "make", below(second));
    }

    void remove(const std::string& name) override {
        require_component(name);
        if (::unlinkat(fd_.get(), name.c_str(), 0) == 0 || errno == ENOENT) return;
        int error = errno;
        if (error == EISDIR && (::unlinkat(fd_.get(), name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT)) return;
        if (error == EISDIR) error = errno;
        fail_here(error, "remove", below(name));
    }

    void remove_tree(const std::string& name) override {
        std::optional<Entry> entry = look(name);
        if (!entry) return;
        if (entry->kind == Entry::Kind::folder) {
            auto folder = open(name);
            if (!folder) return;
            for (const auto& inner : folder->names()) folder->remove_tree(inner);
        }
        remove(name);
    }

    void destroy(const std::string& name, std::uint64_t most) override {
        std::optional<Entry> entry = look(name);
        if (!entry) return;
        // What is looked at here is looked at again when it is open.
        if (entry->kind == Entry::Kind::file && entry->links == 1 && entry->size <= most) blank(name, most);
        if (entry->kind == Entry::Kind::link) refuse_kind(below(name), "a symbolic link, where a file is expected");
        if (entry->kind != Entry::Kind::file) refuse_kind(below(name), "not an ordinary file");
        remove(name);
    }

    void sync() override {
        // EINVAL: this filesystem has no such thing, and its own ways of keeping names.
        if (retried([&] { return ::fsync(fd_.get()); }) != 0 && errno != EINVAL) fail_here(errno, "sync", path_);
    }

    std::unique_ptr<Lock> lock(int patience_ms) override {
        // A description of its own: a second lock through this folder must wait too.
        Descriptor fd(retried([&] { return ::openat(fd_.get(), ".", folder_flags); }));
        if (!fd) fail_here(errno, "open", path_);
        auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
        for (;;) {
            if (retried([&] { return ::flock(fd.get(), LOCK_EX | LOCK_NB); }) == 0)
                return std::make_unique<FolderLock>(std::move(fd));
            if (errno != EWOULDBLOCK) fail_here(errno, "lock", path_);
            if (std::chrono::steady_clock::now() >= end) return nullptr;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }

private:
    std::string below(const std::string& name) const { return path_ == "/" ? path_ + name : path_ + "/" + name; }

    Secret content_of(const Descriptor& file, const std::string& name, std::size_t limit) const {
        std::uint64_t size = status_of(file, name).size;
        if (size > limit)
            throw Error(Code::failed,
                        fmt::format("{} has {} bytes; at most {} are expected", printable(below(name)), size, limit));
        // One more than it has, so that growth while reading shows.
        Secret content(static_cast<std::size_t>(size) + 1);
        std::size_t filled = 0;
        while (filled < content.size()) {
            ssize_t got = retried([&] { return ::read(file.get(), content.data() + filled, content.size() - filled); });
            if (got < 0) fail_here(errno, "read", below(name));
            if (got == 0) break;
            filled += static_cast<std::size_t>(got);
        }
        if (filled > size)
            throw Error(Code::failed, fmt::format("{} changed while it was read", printable(below(name))));
        content.shrink(filled);
        return content;
    }

    /// At a unit's root, an I/O error means that its disk or server does not answer.
    [[noreturn]] void fail_here(int error, std::string_view what, const std::string& path) const {
        fail(error, what, path, error == EIO && top_ ? Code::unreachable : Code::failed);
    }

    /// For calls that make something: ENOENT can only mean that this folder itself was removed.
    [[noreturn]] void fail_made(int error, std::string_view what, const std::string& path) const {
        if (error == ENOENT) fail(error, what, path, Code::unreachable);
        fail_here(error, what, path);
    }

    [[noreturn]] void refuse_not_folder(const std::string& name) {
        std::optional<Entry> entry = look(name);
        bool is_link = entry && entry->kind == Entry::Kind::link;
        refuse_kind(below(name), is_link ? "a symbolic link, where a folder is expected" : "not a folder");
    }

    /// Zeros over all of a file, if it is ours alone and no larger than `most`, nor mostly a hole.
    void blank(const std::string& name, std::uint64_t most) {
        std::optional<Descriptor> file = open_to_overwrite(name);
        if (!file) return;
        struct stat status {};
        if (::fstat(file->get(), &status) != 0) fail_here(errno, "look at", below(name));
        auto size = static_cast<std::uint64_t>(status.st_size);
        constexpr std::uint64_t block = 512;
        bool hollow = size > most_overwritten && static_cast<std::uint64_t>(status.st_blocks) * block < size;
        if (status.st_nlink != 1 || size > most || hollow) return;
        static constexpr std::array<std::uint8_t, 4096> zeros{};
        for (std::uint64_t left = size; left > 0;) {
            auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, zeros.size()));
            write_all(file->get(), ByteView(zeros).first(count), below(name));
            left -= count;
        }
        if (retried([&] { return ::fdatasync(file->get()); }) != 0) fail_here(errno, "sync", below(name));
    }

    bool is_like(const Descriptor& file, const std::string& name, const Access& access) const {
        Entry entry = status_of(file, name);
        return entry.kind == Entry::Kind::file && entry.links == 1 && entry.mode == access.mode &&
               entry.owner == access.owner.value_or(::geteuid()) && (!access.group || entry.group == *access.group) &&
               access_list_of(file.get(), below(name)) == access.acl;
    }

    /// Only ordinary files; nothing when there is none.
    std::optional<Descriptor> open_file(const std::string& name, int mode, std::string_view what) {
        require_component(name);
        Descriptor fd(retried([&] { return open_beneath(fd_.get(), name, mode | file_flags); }));
        if (!fd) {
            if (errno == ENOENT) return std::nullopt;
            if (errno == ELOOP) refuse_kind(below(name), "a symbolic link, where a file is expected");
            if (errno == ENXIO || errno == EISDIR) refuse_kind(below(name), "not an ordinary file");
            fail_here(errno, what, below(name));
        }
        if (status_of(fd, name).kind != Entry::Kind::file) refuse_kind(below(name), "not an ordinary file");
        return fd;
    }

    /// A key that even its owner may only read (0400) is made writable for it until it is open.
    std::optional<Descriptor> open_to_overwrite(const std::string& name) {
        require_component(name);
        bool closed =
            ::faccessat(fd_.get(), name.c_str(), W_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) != 0 && errno == EACCES;
        if (!closed) return open_file(name, O_WRONLY, "overwrite");
        std::optional<Descriptor> file = open_file(name, O_RDONLY, "open");
        if (!file) return std::nullopt;
        Entry entry = status_of(*file, name);
        if (entry.links != 1) return file;
        if (::fchmod(file->get(), entry.mode | 0200) != 0) fail_here(errno, "overwrite", below(name));
        std::optional<Descriptor> writable = open_file(name, O_WRONLY, "overwrite");
        if (::fchmod(file->get(), entry.mode) != 0) fail_here(errno, "set the mode of", below(name));
        return writable;
    }

    Entry status_of(const Descriptor& fd, const std::string& name) const {
        struct stat status {};
        if (::fstat(fd.get(), &status) != 0) fail_here(errno, "look at", below(name));
        return entry_of(status);
    }

    /// What root links in somebody's folder is that user's to replace, in a folder with the sticky bit too.
    void give_link(const std::string& name) const {
        struct stat folder {};
        if (::geteuid() != 0 || ::fstat(fd_.get(), &folder) != 0 || folder.st_uid == 0) return;
        if (::fchownat(fd_.get(), name.c_str(), folder.st_uid, folder.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
            fail_made(errno, "give to its folder's owner", below(name));
    }

    static void change_owner(const Descriptor& file, const std::string& path, std::optional<uid_t> owner,
                             std::optional<gid_t> group) {
        if (::fchown(file.get(), owner.value_or(static_cast<uid_t>(-1)), group.value_or(static_cast<gid_t>(-1))) == 0)
            return;
        int error = errno;
        throw Error(Code::failed,
                    fmt::format("cannot give {} to user {} and group {}: {}", printable(path),
                                owner ? std::to_string(*owner) : "(as it is)",
                                group ? std::to_string(*group) : "(as it is)", std::generic_category().message(error)),
                    error == EPERM ? "run it as root, who may give files away" : "");
    }

    /// Owner first: changing it may clear bits of the mode. The ACL last, as the mode is a part of it.
    void set_access(const Descriptor& file, const std::string& name, const Access& access) const {
        Entry made = status_of(file, name);
        if (access.owner.value_or(made.owner) != made.owner || access.group.value_or(made.group) != made.group)
            change_owner(file, below(name), access.owner, access.group);
        if (::fchmod(file.get(), access.mode) != 0) fail(errno, "set the mode of", below(name));
        if (!access.acl.empty()) set_access_list(file.get(), access.acl, below(name));
        auto mode = status_of(file, name).mode;
        if ((mode & ~access.mode) != 0)
            throw Error(Code::failed,
                        fmt::format("{} has mode {:o} instead of {:o}: its file system does not keep modes",
                                    printable(below(name)), mode, access.mode),
                        another_medium);
    }

    Descriptor fd_;
    std::string path_;
    bool top_;
};

std::string without_trailing_slashes(std::string path) {
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    return path;
}

std::string parent_of(const std::string& path) {
    auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// What is written beside a file before it takes its place. No name of a unit, node or type begins so.
std::string temporary_name(const std::string& name) { return "." + name + ".new"; }

void drop_leftover(Folder& folder, const std::string& name) {
    std::optional<Entry> entry = folder.look(name);
    if (!entry) return;
    // It may be the first half of a secret.
    if (entry->kind == Entry::Kind::file)
        folder.destroy(name);
    else
        folder.remove(name);
}

}  // namespace

bool could_be_public(const Entry& file) {
    // The shortest private key in PEM, Ed25519, has 119.
    constexpr std::uint64_t shorter_than_keys = 64;
    return (file.mode & 0004) != 0 || file.size <= shorter_than_keys;
}

void Folder::together(std::span<const std::function<void()>> steps) {
    std::exception_ptr failure;
    for (const auto& step : steps) {
        try {
            step();
        } catch (...) {
            if (!failure) failure = std::current_exception();
        }
    }
    if (failure) std::rethrow_exception(failure);
}

std::unique_ptr<Folder> open_folder(const std::string& path) {
    std::string clean = without_trailing_slashes(path);
    Descriptor fd(retried([&] { return ::open(clean.c_str(), folder_flags); }));
    if (!fd) {
        int error = errno;
        fail(error, "open", clean, error == ENOENT || error == EIO ? Code::unreachable : Code::failed);
    }
    return std::make_unique<RealFolder>(std::move(fd), clean, true);
}

std::unique_ptr<Folder> make_folder(const std::string& path) {
    std::string clean = without_trailing_slashes(path);
    bool made = ::mkdir(clean.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) {
        int error = errno;
        fail(error, "make", clean, error == ENOENT ? Code::unreachable : Code::failed);
    }
    if (made && ::chmod(clean.c_str(), 0700) != 0) fail(errno, "set the mode of", clean);
    auto folder = open_folder(clean);
    // Also when it was there: whoever made it may have been killed before this.
    open_folder(parent_of(clean))->sync();
    return folder;
}

void replace_file(Folder& folder, const std::string& name, ByteView content, const Access& access) {
    std::string temporary = temporary_name(name);
    drop_leftover(folder, temporary);
    folder.create(temporary, content, access);
    folder.rename(temporary, folder, name);
    folder.sync();
}

void replace_link(Folder& folder, const std::string& name, const std::string& target) {
    std::string temporary = temporary_name(name);
    drop_leftover(folder, temporary);
    folder.make_link(temporary, target);
    folder.rename(temporary, folder, name);
    folder.sync();
}

}  // namespace rekey
