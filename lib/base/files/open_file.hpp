#pragma once

#include <optional>
#include <string>

#include "base/files/descriptor.hpp"
#include "base/files/folder.hpp"

struct stat;

namespace rekey {

FolderEntry entry_of(const struct stat& status);

/// `path` and `top` are for messages, as in `fail_below`.
FolderEntry status_of(const Descriptor& file, const std::string& path, bool top);

/// What is not given stays as it is.
void change_owner(const Descriptor& file, const std::string& path, std::optional<uid_t> owner,
                  std::optional<gid_t> group);

/// An open file of a folder: it stays the same file from the first call to the last, even if it is renamed meanwhile.
class OpenFile {
public:
    OpenFile(Descriptor fd, std::string path, bool top) : fd_(std::move(fd)), path_(std::move(path)), top_(top) {}

    const Descriptor& descriptor() const { return fd_; }
    /// It is not to be used afterwards.
    Descriptor release() { return std::move(fd_); }
    FolderEntry status() const { return status_of(fd_, path_, top_); }
    /// All of an ordinary file, which had `size` bytes. An error above `limit` bytes, or when it grew since.
    Secret content(std::uint64_t size, std::size_t limit) const;
    void write(ByteView content) const;
    void cut_off(std::size_t size) const;
    /// What it is, if it is an ordinary one with one name and exactly this access.
    std::optional<FolderEntry> status_if_like(const Access& access) const;
    /// Of a new file; returns what it is then.
    FolderEntry set_access(const Access& access) const;
    void set_mode(mode_t mode, std::string_view what) const;
    void change_owner(std::optional<uid_t> owner, std::optional<gid_t> group) const {
        rekey::change_owner(fd_, path_, owner, group);
    }
    /// Zeros over all of it, synced, if it is ours alone and no larger than `most`, nor mostly a hole.
    void blank(std::uint64_t most) const;

private:
    [[noreturn]] void fail(int error, std::string_view what) const;

    Descriptor fd_;
    std::string path_;
    bool top_;
};

}  // namespace rekey
