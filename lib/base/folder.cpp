#include "base/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <future>
#include <system_error>
#include <thread>

#include "base/descriptor.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"

namespace rekey {

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

const std::string& component(const std::string& name) {
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos ||
        name.find('\0') != std::string::npos)
        throw Error(Code::failed, fmt::format("'{}' is not the name of something in a folder", printable(name)));
    return name;
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
    return entry;
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
        component(name);
        Descriptor fd(retried([&] { return ::openat(fd_.get(), name.c_str(), folder_flags | O_NOFOLLOW); }));
        if (fd) return std::make_unique<RealFolder>(std::move(fd), below(name), false);
        int error = errno;
        if (error == ENOENT) return nullptr;
        if (error == ELOOP || error == ENOTDIR) refuse_not_folder(name);
        fail_here(error, "open", below(name));
    }

    std::optional<Entry> look(const std::string& name) override {
        component(name);
        struct stat status {};
        if (::fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return entry_of(status);
        if (errno == ENOENT) return std::nullopt;
        fail_here(errno, "look at", below(name));
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
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(stream.get());
            if (entry == nullptr) break;
            std::string name = static_cast<const char*>(entry->d_name);
            if (name != "." && name != "..") found.push_back(std::move(name));
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
        std::uint64_t size = status_of(*file, name).size;
        if (size > limit)
            throw Error(Code::failed,
                        fmt::format("{} has {} bytes; at most {} are expected", printable(below(name)), size, limit));
        // One more than it has, so that growth while reading shows.
        Secret content(static_cast<std::size_t>(size) + 1);
        std::size_t filled = 0;
        while (filled < content.size()) {
            ssize_t got =
                retried([&] { return ::read(file->get(), content.data() + filled, content.size() - filled); });
            if (got < 0) fail_here(errno, "read", below(name));
            if (got == 0) break;
            filled += static_cast<std::size_t>(got);
        }
        if (filled > size)
            throw Error(Code::failed, fmt::format("{} changed while it was read", printable(below(name))));
        content.shrink(filled);
        return content;
    }

    std::optional<std::string> read_link(const std::string& name) override {
        component(name);
        std::array<char, 4096> target;
        ssize_t length = ::readlinkat(fd_.get(), name.c_str(), target.data(), target.size());
        if (length < 0 && errno == ENOENT) return std::nullopt;
        if (length < 0 && errno == EINVAL) refuse_kind(below(name), "not a symbolic link");
        if (length < 0) fail_here(errno, "read", below(name));
        if (static_cast<std::size_t>(length) == target.size()) fail(ENAMETOOLONG, "read", below(name));
        return std::string(target.data(), static_cast<std::size_t>(length));
    }

    std::unique_ptr<Folder> make_folder(const std::string& name, mode_t mode) override {
        component(name);
        if (::mkdirat(fd_.get(), name.c_str(), mode & 0700) != 0) {
            if (errno != EEXIST) fail_made(errno, "make", below(name));
            auto folder = open(name);
            if (!folder) fail(ENOENT, "open", below(name));
            return folder;
        }
        Descriptor fd(retried([&] { return ::openat(fd_.get(), name.c_str(), folder_flags | O_NOFOLLOW); }));
        if (!fd) fail_here(errno, "open", below(name));
        if (::fchmod(fd.get(), mode) != 0) fail(errno, "set the mode of", below(name));
        return std::make_unique<RealFolder>(std::move(fd), below(name), false);
    }

    void create(const std::string& name, ByteView content, const Access& access) override {
        component(name);
        Descriptor fd(retried([&] {
            return ::openat(fd_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | file_flags, access.mode & 0600);
        }));
        if (!fd) fail_made(errno, "make", below(name));
        try {
            write_all(fd.get(), content, below(name));
            set_access(fd.get(), name, access);
            if (retried([&] { return ::fsync(fd.get()); }) != 0) fail(errno, "sync", below(name));
        } catch (...) {
            ::unlinkat(fd_.get(), name.c_str(), 0);
            throw;
        }
    }

    void rewrite(const std::string& name, ByteView content) override {
        std::optional<Descriptor> file = open_to_overwrite(name);
        if (!file) fail(ENOENT, "overwrite", below(name));
        if (status_of(*file, name).links != 1) refuse_kind(below(name), "known by other names too (hard links)");
        write_all(file->get(), content, below(name));
        if (retried([&] { return ::ftruncate(file->get(), static_cast<off_t>(content.size())); }) != 0)
            fail_here(errno, "cut off", below(name));
        if (retried([&] { return ::fsync(file->get()); }) != 0) fail_here(errno, "sync", below(name));
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
        component(name);
        if (::symlinkat(target.c_str(), fd_.get(), name.c_str()) != 0) fail_made(errno, "make", below(name));
    }

    void rename(const std::string& from, Folder& to_folder, const std::string& to) override {
        component(from);
        component(to);
        auto& target = dynamic_cast<RealFolder&>(to_folder);
        if (::renameat(fd_.get(), from.c_str(), target.fd_.get(), to.c_str()) != 0) {
            int error = errno;
            fail_here(error, fmt::format("rename {} to", printable(below(from))), target.below(to));
        }
    }

    bool exchange(const std::string& one, const std::string& other) override {
        component(one);
        component(other);
        if (::renameat2(fd_.get(), one.c_str(), fd_.get(), other.c_str(), RENAME_EXCHANGE) == 0) return true;
        int error = errno;
        if (error == EINVAL || error == ENOSYS) return false;
        fail_here(error, fmt::format("exchange {} with", printable(below(one))), below(other));
    }

    void make_second_name(const std::string& name, const std::string& second) override {
        component(name);
        component(second);
        if (::linkat(fd_.get(), name.c_str(), fd_.get(), second.c_str(), 0) != 0)
            fail_made(errno, "make", below(second));
    }

    void remove(const std::string& name) override {
        component(name);
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

    void destroy(const std::string& name) override {
        std::optional<Descriptor> file = open_to_overwrite(name);
        if (!file) return;
        Entry entry = status_of(*file, name);
        // Another name for the same bytes is somebody's file or backup: not ours to blank.
        if (entry.links == 1) {
            static constexpr std::array<std::uint8_t, 4096> zeros{};
            for (std::uint64_t left = entry.size; left > 0;) {
                auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, zeros.size()));
                write_all(file->get(), ByteView(zeros).first(count), below(name));
                left -= count;
            }
            if (retried([&] { return ::fdatasync(file->get()); }) != 0) fail_here(errno, "sync", below(name));
        }
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

    /// Only ordinary files; nothing when there is none.
    std::optional<Descriptor> open_file(const std::string& name, int mode, std::string_view what) {
        component(name);
        Descriptor fd(retried([&] { return ::openat(fd_.get(), name.c_str(), mode | file_flags); }));
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
        component(name);
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

    /// Owner first: changing it may clear bits of the mode.
    void set_access(int fd, const std::string& name, const Access& access) const {
        if (access.owner || access.group) {
            uid_t owner = access.owner.value_or(static_cast<uid_t>(-1));
            gid_t group = access.group.value_or(static_cast<gid_t>(-1));
            if (::fchown(fd, owner, group) != 0) fail(errno, "set the owner of", below(name));
        }
        if (::fchmod(fd, access.mode) != 0) fail(errno, "set the mode of", below(name));
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
