#include "base/files/real_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <thread>

#include "base/files/access_list.hpp"
#include "base/files/beneath.hpp"
#include "base/files/durable.hpp"
#include "base/files/medium.hpp"
#include "base/files/system_call.hpp"
#include "base/limits.hpp"
#include "rekey/base/base.hpp"

namespace rekey {

namespace {

void require_component(const std::string& name) {
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos ||
        name.find('\0') != std::string::npos)
        throw Error(Code::failed, fmt::format("'{}' is not the name of something in a folder", printable(name)));
}

/// What the `sync_once` that this thread is in has written so far.
thread_local std::vector<Unsynced>* unsynced = nullptr;

FolderEntry::Kind kind_of_type(unsigned char type) {
    return type == DT_REG   ? FolderEntry::Kind::file
           : type == DT_DIR ? FolderEntry::Kind::folder
           : type == DT_LNK ? FolderEntry::Kind::link
                            : FolderEntry::Kind::other;
}

class FolderLock : public Folder::Lock {
public:
    explicit FolderLock(Descriptor fd) : fd_(std::move(fd)) {}

private:
    Descriptor fd_;  // closing it ends the lock
};

}  // namespace

std::unique_ptr<Folder> RealFolder::open(const std::string& name) {
    require_component(name);
    Descriptor fd(retried([&] { return open_beneath(fd_.get(), name, folder_flags); }));
    if (fd) return std::make_unique<RealFolder>(std::move(fd), below(name), false);
    int error = errno;
    if (error == ENOENT) return nullptr;
    if (error == ELOOP || error == ENOTDIR) refuse_not_folder(name);
    fail_here(error, "open", below(name));
}

std::optional<FolderEntry> RealFolder::look(const std::string& name) {
    require_component(name);
    struct stat status {};
    if (::fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return entry_of(status);
    if (errno == ENOENT) return std::nullopt;
    fail_here(errno, "look at", below(name));
}

FolderEntry RealFolder::status() {
    FolderEntry entry = status_of(fd_, below("."), top_);
    device_ = entry.device;
    return entry;
}

dev_t RealFolder::device() { return device_ ? *device_ : status().device; }

std::optional<Obstacle> RealFolder::obstacle() {
    if (auto found = obstacle_of_medium(fd_.get(), path_)) return found;
    if (::faccessat(fd_.get(), ".", W_OK | X_OK, AT_EACCESS) == 0 || errno != EACCES) return std::nullopt;
    auto entry = status();
    return Obstacle{fmt::format("user {} may not change {}, which belongs to user {} and has mode {:o}", ::geteuid(),
                                printable(path_), entry.owner, entry.mode),
                    fmt::format("run it as user {}, or as root", entry.owner), true};
}

std::optional<FolderEntry::Kind> RealFolder::kind_of(const std::string& name) const {
    struct stat status {};
    if (::fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return entry_of(status).kind;
    if (errno == ENOENT) return std::nullopt;
    fail_here(errno, "look at", below(name));
}

std::vector<NamedEntry> RealFolder::listing() {
    // A descriptor of its own: reading moves the position that all who share it have.
    Descriptor fd(retried([&] { return ::openat(fd_.get(), ".", folder_flags); }));
    if (!fd) fail_here(errno, "read", path_);
    std::vector<NamedEntry> found;
    std::size_t size = 0;
    auto take = [&](std::string name, unsigned char type) {
        size += sizeof(std::string) + name.size();
        if (name != "." && name != "..") {
            auto kind = type != DT_UNKNOWN ? kind_of_type(type) : kind_of(name);
            if (kind) found.push_back({std::move(name), *kind});
        }
        if (found.size() > limits::names)
            throw Error(Code::failed, fmt::format("{} has more than {} names", printable(path_), limits::names));
        if (size > limits::names_size)
            throw Error(Code::failed, fmt::format("{} has names of more than {} MiB in all", printable(path_),
                                                  limits::names_size / limits::mib));
    };
    // Four calls for a folder of a slot, and no memory of its own, where readdir(3) takes seven and 32 KiB.
    alignas(dirent64) std::array<char, 4096> entries;
    for (;;) {
        auto got = retried([&] { return ::getdents64(fd.get(), entries.data(), entries.size()); });
        // A folder that was removed after it was opened has nothing in it.
        if (got == 0 || (got < 0 && errno == ENOENT)) break;
        if (got < 0) fail_here(errno, "read", path_);
        for (ssize_t at = 0; at < got;) {
            const auto* entry = reinterpret_cast<const dirent64*>(entries.data() + at);
            take(static_cast<const char*>(entry->d_name), entry->d_type);
            at += entry->d_reclen;
        }
    }
    std::sort(found.begin(), found.end(),
              [](const NamedEntry& one, const NamedEntry& other) { return one.name < other.name; });
    return found;
}

std::optional<HeldFile> RealFolder::read_file(const std::string& name, std::size_t limit, Reading how) {
    require_component(name);
    Descriptor fd(retried([&] { return open_beneath(fd_.get(), name, O_RDONLY | file_flags); }));
    if (!fd && how.odd_is_missing && (errno == ELOOP || errno == ENXIO)) return std::nullopt;
    std::optional<OpenFile> file = opened(std::move(fd), name, "read");
    if (!file) return std::nullopt;
    FolderEntry entry = file->status();
    if (how.odd_is_missing && (entry.kind != FolderEntry::Kind::file || entry.size > limit)) return std::nullopt;
    require_ordinary(entry, name);
    Secret content = file->content(entry.size, limit);
    return HeldFile{std::move(content), entry,
                    how.with_acl ? access_list_of(file->descriptor().get(), below(name)) : Bytes()};
}

std::optional<std::string> RealFolder::read_link(const std::string& name) {
    require_component(name);
    std::array<char, 4096> target;
    ssize_t length = ::readlinkat(fd_.get(), name.c_str(), target.data(), target.size());
    if (length < 0 && errno == ENOENT) return std::nullopt;
    if (length < 0 && errno == EINVAL) refuse_kind(below(name), "not a symbolic link");
    if (length < 0) fail_here(errno, "read", below(name));
    if (static_cast<std::size_t>(length) == target.size()) fail_call(ENAMETOOLONG, "read", below(name));
    return std::string(target.data(), static_cast<std::size_t>(length));
}

std::unique_ptr<Folder> RealFolder::make_folder(const std::string& name, mode_t mode) {
    require_component(name);
    if (::mkdirat(fd_.get(), name.c_str(), mode & 0700) != 0) {
        if (errno != EEXIST) fail_made(errno, "make", below(name));
        auto folder = open(name);
        if (!folder) fail_call(ENOENT, "open", below(name));
        return folder;
    }
    Descriptor fd(retried([&] { return open_beneath(fd_.get(), name, folder_flags); }));
    if (!fd) fail_here(errno, "open", below(name));
    if (::fchmod(fd.get(), mode) != 0) fail_call(errno, "set the mode of", below(name));
    return std::make_unique<RealFolder>(std::move(fd), below(name), false);
}

void RealFolder::create(const std::string& name, ByteView content, const Access& access) {
    require_component(name);
    Descriptor fd(retried(
        [&] { return open_beneath(fd_.get(), name, O_WRONLY | O_CREAT | O_EXCL | file_flags, access.mode & 0600); }));
    if (!fd) fail_made(errno, "make", below(name));
    OpenFile file(std::move(fd), below(name), top_);
    try {
        // Before anything is in it: it may inherit an ACL that widens with the mode.
        set_access_list(file.descriptor().get(), {}, below(name));
        file.write(content);
        FolderEntry entry = file.set_access(access);
        keep_durable(file, entry, below(name));
    } catch (...) {
        ::unlinkat(fd_.get(), name.c_str(), 0);
        throw;
    }
}

bool RealFolder::rewrite(const std::string& name, ByteView content, const Access& access) {
    require_component(name);
    Descriptor fd(retried([&] { return open_beneath(fd_.get(), name, O_WRONLY | file_flags); }));
    if (!fd) return false;
    OpenFile file(std::move(fd), below(name), top_);
    std::optional<FolderEntry> entry = file.status_if_like(access);
    if (!entry) return false;
    file.write(content);
    if (entry->size > content.size()) file.cut_off(content.size());
    keep_durable(file, *entry, below(name));
    return true;
}

void RealFolder::sync_file(const std::string& name) {
    std::optional<OpenFile> file = open_file(name, O_RDONLY, "sync");
    if (!file) fail_call(ENOENT, "sync", below(name));
    FolderEntry entry = file->status();
    keep_durable(*file, entry, below(name));
}

void RealFolder::sync_once(const std::function<void()>& work) {
    if (unsynced != nullptr) return work();
    std::vector<Unsynced> files;
    unsynced = &files;
    try {
        work();
    } catch (...) {
        unsynced = nullptr;
        throw;
    }
    unsynced = nullptr;
    make_durable(files, path_, top_);
}

void RealFolder::keep_durable(OpenFile& file, const FolderEntry& entry, const std::string& path) const {
    Descriptor own = file.release();
    int fd = own.get();
    Unsynced written{fd, entry.device, entry.kind == FolderEntry::Kind::file, std::move(own)};
    if (unsynced != nullptr) return unsynced->push_back(std::move(written));
    make_durable({&written, 1}, path, top_);
}

void RealFolder::make_link(const std::string& name, const std::string& target) {
    require_component(name);
    if (::symlinkat(target.c_str(), fd_.get(), name.c_str()) == 0) return give_link(name);
    int error = errno;
    if (error == EPERM || error == EOPNOTSUPP || error == ENOSYS)
        throw Error(Code::failed,
                    fmt::format("cannot make {}: its file system has no symbolic links", printable(below(name))),
                    another_medium);
    fail_made(error, "make", below(name));
}

void RealFolder::rename(const std::string& from, Folder& to_folder, const std::string& to) {
    if (!move_folder(from, to_folder, to))
        fail_here(EXDEV, fmt::format("rename {} to", printable(below(from))), to_folder.path() + "/" + to);
}

bool RealFolder::move_folder(const std::string& from, Folder& to_folder, const std::string& to) {
    require_component(from);
    require_component(to);
    auto& target = dynamic_cast<RealFolder&>(to_folder);
    if (::renameat(fd_.get(), from.c_str(), target.fd_.get(), to.c_str()) == 0) return true;
    int error = errno;
    if (error == EXDEV) return false;
    fail_here(error, fmt::format("rename {} to", printable(below(from))), target.below(to));
}

void RealFolder::give(const std::string& name, uid_t owner, gid_t group, bool only_public) {
    std::optional<OpenFile> file = open_file(name, O_RDONLY, "open");
    if (!file) return;
    FolderEntry entry = file->status();
    // Another name for it is somebody's file.
    if (entry.links != 1 || (only_public && !could_be_public(entry))) return;
    file->change_owner(owner, group);
}

bool RealFolder::exchange(const std::string& one, const std::string& other) {
    require_component(one);
    require_component(other);
    if (::renameat2(fd_.get(), one.c_str(), fd_.get(), other.c_str(), RENAME_EXCHANGE) == 0) return true;
    int error = errno;
    if (error == EINVAL || error == ENOSYS) return false;
    fail_here(error, fmt::format("exchange {} with", printable(below(one))), below(other));
}

void RealFolder::make_second_name(const std::string& name, const std::string& second) {
    require_component(name);
    require_component(second);
    if (::linkat(fd_.get(), name.c_str(), fd_.get(), second.c_str(), 0) != 0) fail_made(errno, "make", below(second));
}

void RealFolder::remove(const std::string& name) {
    require_component(name);
    if (::unlinkat(fd_.get(), name.c_str(), 0) == 0 || errno == ENOENT) return;
    int error = errno;
    if (error == EISDIR && (::unlinkat(fd_.get(), name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT)) return;
    if (error == EISDIR) error = errno;
    fail_here(error, "remove", below(name));
}

void RealFolder::remove_if_empty(const std::string& name) {
    require_component(name);
    if (::unlinkat(fd_.get(), name.c_str(), AT_REMOVEDIR) == 0) return;
    // Whose rights say that it is not ours to remove is asked before what is in it.
    for (int stays : {ENOENT, ENOTDIR, ENOTEMPTY, EEXIST, EACCES, EPERM, EBUSY})
        if (errno == stays) return;
    fail_here(errno, "remove", below(name));
}

void RealFolder::remove_tree(const std::string& name) {
    std::optional<FolderEntry> entry = look(name);
    if (!entry) return;
    if (entry->kind == FolderEntry::Kind::folder) {
        auto folder = open(name);
        if (!folder) return;
        for (const auto& inner : folder->names()) folder->remove_tree(inner);
    }
    remove(name);
}

void RealFolder::destroy(const std::string& name, std::uint64_t most) {
    std::optional<FolderEntry> entry = look(name);
    if (!entry) return;
    // What is looked at here is looked at again when it is open.
    if (entry->kind == FolderEntry::Kind::file && entry->links == 1 && entry->size <= most)
        if (auto file = open_to_overwrite(name)) file->blank(most);
    if (entry->kind == FolderEntry::Kind::link) refuse_kind(below(name), "a symbolic link, where a file is expected");
    if (entry->kind != FolderEntry::Kind::file) refuse_kind(below(name), "not an ordinary file");
    remove(name);
}

void RealFolder::sync() {
    if (unsynced != nullptr) return unsynced->push_back({.fd = fd_.get(), .device = device()});
    Unsynced changed{.fd = fd_.get()};
    make_durable({&changed, 1}, path_, top_);
}

std::unique_ptr<Folder::Lock> RealFolder::lock(int patience_ms) {
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

void RealFolder::fail_here(int error, std::string_view what, const std::string& path) const {
    fail_below(top_, error, what, path);
}

void RealFolder::fail_made(int error, std::string_view what, const std::string& path) const {
    if (error == ENOENT) fail_call(error, what, path, Code::unreachable);
    fail_here(error, what, path);
}

void RealFolder::refuse_not_folder(const std::string& name) {
    std::optional<FolderEntry> entry = look(name);
    bool is_link = entry && entry->kind == FolderEntry::Kind::link;
    refuse_kind(below(name), is_link ? "a symbolic link, where a folder is expected" : "not a folder");
}

std::optional<OpenFile> RealFolder::opened(Descriptor fd, const std::string& name, std::string_view what) const {
    if (fd) return OpenFile(std::move(fd), below(name), top_);
    if (errno == ENOENT) return std::nullopt;
    if (errno == ELOOP) refuse_kind(below(name), "a symbolic link, where a file is expected");
    if (errno == ENXIO || errno == EISDIR) refuse_kind(below(name), "not an ordinary file");
    fail_here(errno, what, below(name));
}

void RealFolder::require_ordinary(const FolderEntry& entry, const std::string& name) const {
    if (entry.kind != FolderEntry::Kind::file) refuse_kind(below(name), "not an ordinary file");
}

std::optional<OpenFile> RealFolder::open_file(const std::string& name, int mode, std::string_view what) {
    require_component(name);
    Descriptor fd(retried([&] { return open_beneath(fd_.get(), name, mode | file_flags); }));
    return require_file(opened(std::move(fd), name, what), name);
}

std::optional<OpenFile> RealFolder::require_file(std::optional<OpenFile> file, const std::string& name) const {
    if (file) require_ordinary(file->status(), name);
    return file;
}

std::optional<OpenFile> RealFolder::open_to_overwrite(const std::string& name) {
    require_component(name);
    Descriptor fd(retried([&] { return open_beneath(fd_.get(), name, O_WRONLY | file_flags); }));
    if (fd || errno != EACCES) return require_file(opened(std::move(fd), name, "overwrite"), name);
    std::optional<OpenFile> file = open_file(name, O_RDONLY, "open");
    if (!file) return std::nullopt;
    FolderEntry entry = file->status();
    if (entry.links != 1) return file;
    file->set_mode(entry.mode | 0200, "overwrite");
    std::optional<OpenFile> writable = open_file(name, O_WRONLY, "overwrite");
    file->set_mode(entry.mode, "set the mode of");
    return writable;
}

void RealFolder::give_link(const std::string& name) const {
    struct stat folder {};
    if (::geteuid() != 0 || ::fstat(fd_.get(), &folder) != 0 || folder.st_uid == 0) return;
    if (::fchownat(fd_.get(), name.c_str(), folder.st_uid, folder.st_gid, AT_SYMLINK_NOFOLLOW) != 0)
        fail_made(errno, "give to its folder's owner", below(name));
}

}  // namespace rekey
