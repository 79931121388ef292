#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey {

/// What is under a name, the link itself where it is one.
struct FolderEntry {
    enum class Kind { file, folder, link, other };
    Kind kind;
    mode_t mode;  ///< permission bits
    uid_t owner;
    gid_t group;
    std::uint64_t size;
    std::uint64_t links;  ///< hard links
    dev_t device;
    ino_t inode;  ///< with `device`: which file it is, as long as it is open
};

/// A name in a folder, and what is under it.
struct NamedEntry {
    std::string name;
    FolderEntry::Kind kind;
};

/// Why nothing can be made in a folder, and what to do about it.
struct Obstacle {
    std::string what;
    std::string remedy;
    bool of_rights = false;  ///< not of the medium
};

/// Who may use a new file.
struct Access {
    mode_t mode = 0600;
    std::optional<uid_t> owner;  ///< none: who we are
    std::optional<gid_t> group;
    Bytes acl = {};  ///< access ACL as in `access_list.hpp`; empty: the file has none, whatever its folder hands down
};

/// What is in a file, and who may use it, of one and the same open file.
struct HeldFile {
    Secret content;
    FolderEntry entry;
    Bytes acl;  ///< empty: none
};

/// How a file is read.
struct Reading {
    bool with_acl = false;        ///< else `acl` stays empty
    bool odd_is_missing = false;  ///< a link, a folder, what is no ordinary file or above the limit counts as not there
};

/// Whether all may read it already, or it is too short for a key.
bool could_be_public(const FolderEntry& file);

/// Files above this are not overwritten before they are removed: no key is so large.
extern const std::uint64_t most_overwritten;

/// An open folder, and the one narrow way to touch files: every name is a single component below
/// it (no `/`, no `..`), and no operation follows a symbolic link at that name. Tests substitute a
/// folder that fails at its n-th operation or loses what was not synced.
///
/// Throws Error: Code::unreachable where a folder is not there, Code::failed with the system's
/// words otherwise, naming the path.
class Folder {
public:
    virtual ~Folder() = default;

    /// For messages only.
    virtual const std::string& path() const = 0;

    /// Opens a folder below; nothing when there is none. A link is an error.
    virtual std::unique_ptr<Folder> open(const std::string& name) = 0;
    virtual std::optional<FolderEntry> look(const std::string& name) = 0;
    /// The open folder itself, whatever its name leads to by now.
    virtual FolderEntry status() = 0;
    /// What prevents making files, links and modes here, as far as that shows without making any: a medium
    /// that is read-only or knows none of them, or rights that we do not have.
    virtual std::optional<Obstacle> obstacle() = 0;
    /// What is in it, in order of name, without `.` and `..`. An error above `limits::names`.
    virtual std::vector<NamedEntry> listing() = 0;
    std::vector<std::string> names();
    /// Whole content, and what the same open file says of its rights; nothing when there is no such file; an error
    /// above `limit` bytes.
    virtual std::optional<HeldFile> read_file(const std::string& name, std::size_t limit, Reading how) = 0;
    std::optional<HeldFile> read_held(const std::string& name, std::size_t limit) {
        return read_file(name, limit, {.with_acl = true});
    }
    /// The content alone, in memory that is wiped.
    std::optional<Secret> read_secret(const std::string& name, std::size_t limit, Reading how = {});
    std::optional<Bytes> read(const std::string& name, std::size_t limit, Reading how = {});
    /// Where the link points; nothing when there is none.
    virtual std::optional<std::string> read_link(const std::string& name) = 0;

    /// Makes a folder (0700 by default); it is no error when it is there already.
    virtual std::unique_ptr<Folder> make_folder(const std::string& name, mode_t mode = 0700) = 0;
    /// A new file with all of `content`, synced; fails when the name is taken. Ours alone until it is whole, then
    /// handed over: never wider than `access`, even for an instant, whatever umask and folder say.
    virtual void create(const std::string& name, ByteView content, const Access& access = {}) = 0;
    /// New content for a file that is there, in place and synced. Not atomic: only for what nobody reads yet. False,
    /// and nothing happened, unless the open file is an ordinary one with this one name and exactly this access.
    virtual bool rewrite(const std::string& name, ByteView content, const Access& access) = 0;
    /// Makes the content of a file durable that somebody else may have left unsynced.
    virtual void sync_file(const std::string& name) = 0;
    virtual void make_link(const std::string& name, const std::string& target) = 0;
    /// Replaces what is at `to` atomically. Durable after `sync` of both folders.
    virtual void rename(const std::string& from, Folder& to_folder, const std::string& to) = 0;
    /// The same for a folder. False, and nothing happened, where the file system cannot do that (EXDEV): a folder from
    /// a lower layer of an overlay, another mount, another project quota. What is to move has to be copied then.
    virtual bool move_folder(const std::string& from, Folder& to_folder, const std::string& to) = 0;
    /// Gives this folder to another user. Only root may.
    virtual void give(uid_t owner, gid_t group) = 0;
    /// The same for a file in it that has no other name. `only_public`: nothing happens with one that could be a key,
    /// as who may change the folder may have put one under that name.
    virtual void give(const std::string& name, uid_t owner, gid_t group, bool only_public) = 0;
    /// Swaps what is at two names atomically; false when the filesystem cannot do that.
    virtual bool exchange(const std::string& one, const std::string& other) = 0;
    /// Gives a file a second name (a hard link); fails when that is taken.
    virtual void make_second_name(const std::string& name, const std::string& second) = 0;
    /// Removes a file or link, or an empty folder; no error when it is not there.
    virtual void remove(const std::string& name) = 0;
    /// Removes a folder that has nothing in it; any other, what is no folder, and what we may not remove, stays.
    virtual void remove_if_empty(const std::string& name) = 0;
    /// Removes with everything below.
    virtual void remove_tree(const std::string& name) = 0;
    /// Overwrites the file's bytes with zeros, syncs, and removes it; no error when it is not there.
    /// A file with other hard links is only removed, as those are somebody else's; so is one of more than
    /// `most` bytes, as it may be a hole that zeros would fill.
    virtual void destroy(const std::string& name, std::uint64_t most = most_overwritten) = 0;
    /// Runs `work`, of whose writes in this folder and others (`create`, `rewrite`, `sync_file`, `sync`) none has to be
    /// durable before another: they are durable when this returns. The real folder syncs once for all of them. Folders
    /// that are synced in it stay open until then.
    virtual void sync_once(const std::function<void()>& work) { work(); }
    /// Makes the names in this folder durable.
    virtual void sync() = 0;

    /// An exclusive lock on the folder itself (flock), until the result is destroyed or the process
    /// ends; nothing when somebody else has it. Waits up to `patience_ms`.
    class Lock {
    public:
        virtual ~Lock() = default;
    };
    virtual std::unique_ptr<Lock> lock(int patience_ms) = 0;
};

/// The real one. The path itself may pass through links; what is below may not.
std::unique_ptr<Folder> open_folder(const std::string& path);
/// The same where no link is on the way, by the system's word; null where there is one, the folder cannot be opened, or
/// the system has no such word.
std::unique_ptr<Folder> open_folder_without_links(const std::string& path);
/// Whether `path` leads to the very folder of which `entry` tells, and which is still open.
bool leads_to(const std::string& path, const FolderEntry& entry);
/// Makes the last component (0700) when it is missing, durably.
std::unique_ptr<Folder> make_folder(const std::string& path);

/// The two halves of `replace_file`: the content, durable, beside `name`; then the new name, durable after a sync.
void write_beside(Folder& folder, const std::string& name, ByteView content, const Access& access = {});
void put_in_place(Folder& folder, const std::string& name);
/// Replaces `name` in `folder` by `content`, so that after a crash it is the old or the new one;
/// durable on return. One caller at a time for one name (`.<name>.new` is written first).
void replace_file(Folder& folder, const std::string& name, ByteView content, const Access& access = {});
/// The same by a file that is beside it already, as another library wrote it: its content is made durable first.
void replace_by(Folder& folder, const std::string& from, const std::string& name);
/// The same for a link.
void replace_link(Folder& folder, const std::string& name, const std::string& target);

}  // namespace rekey
