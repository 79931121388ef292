#pragma once

#include "base/files/descriptor.hpp"
#include "base/files/folder.hpp"
#include "base/files/open_file.hpp"

namespace rekey {

/// A folder of this machine; `open_folder` and `make_folder` give it.
class RealFolder : public Folder {
public:
    /// `top`: the folder that was asked for by its path, as a unit's root is.
    RealFolder(Descriptor fd, std::string path, bool top) : fd_(std::move(fd)), path_(std::move(path)), top_(top) {}

    const std::string& path() const override { return path_; }

    std::unique_ptr<Folder> open(const std::string& name) override;
    std::optional<FolderEntry> look(const std::string& name) override;
    FolderEntry status() override;
    std::optional<Obstacle> obstacle() override;
    std::vector<NamedEntry> listing() override;
    std::optional<HeldFile> read_file(const std::string& name, std::size_t limit, Reading how) override;
    std::optional<std::string> read_link(const std::string& name) override;
    std::unique_ptr<Folder> make_folder(const std::string& name, mode_t mode) override;
    void create(const std::string& name, ByteView content, const Access& access) override;
    bool rewrite(const std::string& name, ByteView content, const Access& access) override;
    void sync_file(const std::string& name) override;
    void sync_once(const std::function<void()>& work) override;
    void make_link(const std::string& name, const std::string& target) override;
    void rename(const std::string& from, Folder& to_folder, const std::string& to) override;
    bool move_folder(const std::string& from, Folder& to_folder, const std::string& to) override;
    void give(uid_t owner, gid_t group) override { rekey::change_owner(fd_, path_, owner, group); }
    void give(const std::string& name, uid_t owner, gid_t group, bool only_public) override;
    bool exchange(const std::string& one, const std::string& other) override;
    void make_second_name(const std::string& name, const std::string& second) override;
    void remove(const std::string& name) override;
    void remove_if_empty(const std::string& name) override;
    void remove_tree(const std::string& name) override;
    void destroy(const std::string& name, std::uint64_t most) override;
    void sync() override;
    std::unique_ptr<Lock> lock(int patience_ms) override;

private:
    std::string below(const std::string& name) const { return path_ == "/" ? path_ + name : path_ + "/" + name; }
    [[noreturn]] void fail_here(int error, std::string_view what, const std::string& path) const;
    /// For calls that make something: ENOENT can only mean that this folder itself was removed.
    [[noreturn]] void fail_made(int error, std::string_view what, const std::string& path) const;
    [[noreturn]] void refuse_not_folder(const std::string& name);
    /// Only ordinary files; nothing when there is none.
    std::optional<OpenFile> open_file(const std::string& name, int mode, std::string_view what);
    /// From a call that opened it, or failed with an errno.
    std::optional<OpenFile> opened(Descriptor fd, const std::string& name, std::string_view what) const;
    void require_ordinary(const FolderEntry& entry, const std::string& name) const;
    /// Throws where that is no ordinary file.
    std::optional<OpenFile> require_file(std::optional<OpenFile> file, const std::string& name) const;
    /// A key that even its owner may only read (0400) is made writable for it until it is open.
    std::optional<OpenFile> open_to_overwrite(const std::string& name);
    /// Now, or at the end of the `sync_once` that this thread is in.
    void keep_durable(OpenFile& file, const FolderEntry& entry, const std::string& path) const;
    /// Where the folder is, which stays the same as long as it is open.
    dev_t device();
    /// Of a name that the system listed without its kind; nothing when it has gone.
    std::optional<FolderEntry::Kind> kind_of(const std::string& name) const;
    /// What root links in somebody's folder is that user's to replace, in a folder with the sticky bit too.
    void give_link(const std::string& name) const;

    Descriptor fd_;
    std::string path_;
    bool top_;
    std::optional<dev_t> device_;  ///< none: not asked for yet
};

}  // namespace rekey
