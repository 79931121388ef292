#include "base/files/open_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "base/files/access_list.hpp"
#include "base/files/medium.hpp"
#include "base/files/system_call.hpp"
#include "rekey/base/base.hpp"

namespace rekey {

FolderEntry entry_of(const struct stat& status) {
    FolderEntry entry{};
    entry.kind = S_ISREG(status.st_mode)   ? FolderEntry::Kind::file
                 : S_ISDIR(status.st_mode) ? FolderEntry::Kind::folder
                 : S_ISLNK(status.st_mode) ? FolderEntry::Kind::link
                                           : FolderEntry::Kind::other;
    entry.mode = status.st_mode & 07777;
    entry.owner = status.st_uid;
    entry.group = status.st_gid;
    entry.size = static_cast<std::uint64_t>(status.st_size);
    entry.links = status.st_nlink;
    entry.device = status.st_dev;
    entry.inode = status.st_ino;
    return entry;
}

FolderEntry status_of(const Descriptor& file, const std::string& path, bool top) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) fail_below(top, errno, "look at", path);
    return entry_of(status);
}

void change_owner(const Descriptor& file, const std::string& path, std::optional<uid_t> owner,
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

void OpenFile::fail(int error, std::string_view what) const { fail_below(top_, error, what, path_); }

Secret OpenFile::content(std::uint64_t size, std::size_t limit) const {
    if (size > limit)
        throw Error(Code::failed,
                    fmt::format("{} has {} bytes; at most {} are expected", printable(path_), size, limit));
    // One more than it has, so that growth while reading shows.
    Secret content(static_cast<std::size_t>(size) + 1);
    std::size_t filled = 0;
    // A reading that ends where the file did has seen its end.
    for (bool ended = false; !ended && filled < content.size();) {
        ssize_t got = retried([&] { return ::read(fd_.get(), content.data() + filled, content.size() - filled); });
        if (got < 0) fail(errno, "read");
        filled += static_cast<std::size_t>(got);
        ended = got == 0 || filled == size;
    }
    if (filled > size) throw Error(Code::failed, fmt::format("{} changed while it was read", printable(path_)));
    content.shrink(filled);
    return content;
}

void OpenFile::write(ByteView content) const {
    while (!content.empty()) {
        ssize_t written = retried([&] { return ::write(fd_.get(), content.data(), content.size()); });
        if (written < 0) fail_call(errno, "write", path_);
        content = content.subspan(static_cast<std::size_t>(written));
    }
}

void OpenFile::cut_off(std::size_t size) const {
    if (retried([&] { return ::ftruncate(fd_.get(), static_cast<off_t>(size)); }) != 0) fail(errno, "cut off");
}

void OpenFile::blank(std::uint64_t most) const {
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0) fail(errno, "look at");
    auto size = static_cast<std::uint64_t>(status.st_size);
    constexpr std::uint64_t block = 512;
    bool hollow = size > most_overwritten && static_cast<std::uint64_t>(status.st_blocks) * block < size;
    if (status.st_nlink != 1 || size > most || hollow) return;
    static constexpr std::array<std::uint8_t, 4096> zeros{};
    for (std::uint64_t left = size; left > 0;) {
        auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, zeros.size()));
        write(ByteView(zeros).first(count));
        left -= count;
    }
    if (retried([&] { return ::fdatasync(fd_.get()); }) != 0) fail(errno, "sync");
}

std::optional<FolderEntry> OpenFile::status_if_like(const Access& access) const {
    FolderEntry entry = status();
    bool like = entry.kind == FolderEntry::Kind::file && entry.links == 1 && entry.mode == access.mode &&
                entry.owner == access.owner.value_or(::geteuid()) && (!access.group || entry.group == *access.group) &&
                access_list_of(fd_.get(), path_) == access.acl;
    return like ? std::optional(entry) : std::nullopt;
}

/// Owner first: changing it may clear bits of the mode. The ACL last, as the mode is a part of it.
FolderEntry OpenFile::set_access(const Access& access) const {
    FolderEntry made = status();
    bool for_others =
        access.owner.value_or(made.owner) != made.owner || access.group.value_or(made.group) != made.group;
    if (!for_others && made.mode == access.mode && access.acl.empty()) return made;
    if (for_others) change_owner(access.owner, access.group);
    if (::fchmod(fd_.get(), access.mode) != 0) fail_call(errno, "set the mode of", path_);
    if (!access.acl.empty()) set_access_list(fd_.get(), access.acl, path_);
    FolderEntry now = status();
    if ((now.mode & ~access.mode) != 0)
        throw Error(Code::failed,
                    fmt::format("{} has mode {:o} instead of {:o}: its file system does not keep modes",
                                printable(path_), now.mode, access.mode),
                    another_medium);
    return now;
}

void OpenFile::set_mode(mode_t mode, std::string_view what) const {
    if (::fchmod(fd_.get(), mode) != 0) fail(errno, what);
}

}  // namespace rekey
