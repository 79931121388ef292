#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/files/descriptor.hpp"
#include "base/files/folder.hpp"
#include "rekey/base/base.hpp"

namespace rekey::test {

/// Thrown in place of a kill. Not a std::exception, so that nobody mistakes it for a failure that
/// can be handled; every later operation throws it again, because the dead do not tidy up.
struct Killed {};

/// What goes wrong, and when; shared by a FaultyFolder and all that were opened through it.
///
/// Every operation that changes something is one point in time, and `create`, `rewrite` and `destroy` are
/// two (the second: half of the content is written, or the bytes are blank and the name is still
/// there). A test counts the points of a sound run first, then repeats it with `at` = 1, 2, ….
class Faults {
public:
    enum class Kind {
        none,
        error,       ///< that operation fails as with a full disk, the later ones work
        kill,        ///< the process ends there; what it did before stays
        power_loss,  ///< the process ends there, and names that were not synced go back
        unread       ///< instead: that reading of a file fails (counted by itself), the later ones work
    };

    Kind kind = Kind::none;
    int at = 0;      ///< which point, counted from 1
    int points = 0;  ///< passed so far
    int reads = 0;   ///< of files
    int syncs = 0;   ///< of files and folders
    bool dead = false;
    int looks = 0;  ///< of any kind, also those that change nothing
    int look_at = 0;
    std::function<void()> meanwhile;  ///< what others do right before look `look_at`
    /// Whether a folder comes from a lower layer, so that it cannot be renamed.
    std::function<bool(Folder&, const std::string&)> lower;

    /// True when the operation has to stop here; the caller then makes its half-done state, and calls `strike`.
    bool due() {
        if (dead) throw Killed{};
        return ++points == at && kind != Kind::none && kind != Kind::unread;
    }
    void look() {
        if (dead) throw Killed{};
        if (++looks == look_at && meanwhile) meanwhile();
    }
    void read() {
        if (dead) throw Killed{};
        if (++reads == at && kind == Kind::unread)
            throw Error(Code::failed, "cannot read: Input/output error (injected)");
    }
    [[noreturn]] void strike() {
        if (kind == Kind::error) throw Error(Code::failed, "cannot write: No space left on device (injected)");
        dead = true;
        if (kind == Kind::power_loss)
            for (; !undo_.empty(); undo_.pop_back()) undo_.back().action();
        throw Killed{};
    }
    void pass() {
        if (due()) strike();
    }
    /// Pulls the plug after the last operation.
    void lose_power() {
        try {
            kind = Kind::power_loss;
            strike();
        } catch (const Killed&) {
        }
    }

    using FolderId = std::pair<dev_t, ino_t>;
    /// Shared by all who have this folder open, so that undoing finds it also after it was renamed.
    struct Ground {
        Descriptor fd;
        FolderId id;
    };
    std::shared_ptr<Ground> ground_of(const std::string& path) {
        auto ground = std::make_shared<Ground>();
        ground->fd = Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        struct stat status {};
        ::fstat(ground->fd.get(), &status);
        ground->id = {status.st_dev, status.st_ino};
        return grounds_.try_emplace(ground->id, ground).first->second;
    }
    void unsynced(const FolderId& folder, std::function<void()> undo) { undo_.push_back({folder, std::move(undo)}); }
    void synced(const FolderId& folder) {
        std::erase_if(undo_, [&](const Undo& undo) { return undo.folder == folder; });
    }
    /// The folder was removed: undoing that gives it another inode.
    void removed(const FolderId& folder) { grounds_.erase(folder); }

private:
    struct Undo {
        FolderId folder;
        std::function<void()> action;
    };
    std::vector<Undo> undo_;
    std::map<FolderId, std::shared_ptr<Ground>> grounds_;
};

/// The real folder, with faults.
class FaultyFolder : public Folder {
public:
    FaultyFolder(std::unique_ptr<Folder> real, Faults& faults)
        : real_(std::move(real)), faults_(faults), ground_(faults.ground_of(real_->path())) {}

    const std::string& path() const override { return real_->path(); }
    std::unique_ptr<Folder> open(const std::string& name) override { return wrap(alive().open(name)); }
    std::optional<FolderEntry> look(const std::string& name) override { return alive().look(name); }
    FolderEntry status() override { return alive().status(); }
    std::optional<Obstacle> obstacle() override { return alive().obstacle(); }
    std::vector<NamedEntry> listing() override { return alive().listing(); }
    std::optional<HeldFile> read_file(const std::string& name, std::size_t limit, Reading how) override {
        faults_.read();
        return alive().read_file(name, limit, how);
    }
    std::optional<std::string> read_link(const std::string& name) override { return alive().read_link(name); }
    std::unique_ptr<Lock> lock(int patience_ms) override { return alive().lock(patience_ms); }

    std::unique_ptr<Folder> make_folder(const std::string& name, mode_t mode) override {
        faults_.pass();
        bool made = !real_->look(name);
        auto folder = wrap(real_->make_folder(name, mode));
        if (made) {
            auto undo = [ground = ground_, name] { std::filesystem::remove_all(path_of(*ground, name)); };
            faults_.unsynced(ground_->id, undo);
        }
        return folder;
    }

    void create(const std::string& name, ByteView content, const Access& access) override {
        faults_.pass();
        if (faults_.due()) {
            if (faults_.kind != Faults::Kind::error) {
                real_->create(name, content.first(content.size() / 2), access);
                forget(name);
            }
            faults_.strike();
        }
        real_->create(name, content, access);
        ++faults_.syncs;
        forget(name);
    }

    bool rewrite(const std::string& name, ByteView content, const Access& access) override {
        faults_.pass();
        if (faults_.due()) {
            real_->rewrite(name, content.first(content.size() / 2), access);
            faults_.strike();
        }
        bool done = real_->rewrite(name, content, access);
        if (done) ++faults_.syncs;
        return done;
    }

    void sync_file(const std::string& name) override {
        faults_.pass();
        real_->sync_file(name);
        ++faults_.syncs;
    }

    void make_link(const std::string& name, const std::string& target) override {
        faults_.pass();
        real_->make_link(name, target);
        forget(name);
    }

    void rename(const std::string& from, Folder& to_folder, const std::string& to) override {
        move_folder(from, to_folder, to);
    }

    bool move_folder(const std::string& from, Folder& to_folder, const std::string& to) override {
        if (faults_.lower && faults_.lower(*real_, from)) return false;
        faults_.pass();
        auto& target = dynamic_cast<FaultyFolder&>(to_folder);
        auto replaced = keep(target.ground_, to);
        real_->rename(from, *target.real_, to);
        auto undo = [source = ground_, from, destination = target.ground_, to, replaced] {
            ::renameat(destination->fd.get(), to.c_str(), source->fd.get(), from.c_str());
            replaced();
        };
        faults_.unsynced(target.ground_->id, undo);
        return true;
    }

    void give(uid_t owner, gid_t group) override {
        faults_.pass();
        real_->give(owner, group);
    }
    void give(const std::string& name, uid_t owner, gid_t group, bool only_public) override {
        faults_.pass();
        real_->give(name, owner, group, only_public);
    }

    bool exchange(const std::string& one, const std::string& other) override {
        faults_.pass();
        if (!real_->exchange(one, other)) return false;
        auto undo = [ground = ground_, one, other] {
            ::renameat2(ground->fd.get(), one.c_str(), ground->fd.get(), other.c_str(), RENAME_EXCHANGE);
        };
        faults_.unsynced(ground_->id, undo);
        return true;
    }

    void make_second_name(const std::string& name, const std::string& second) override {
        faults_.pass();
        real_->make_second_name(name, second);
        forget(second);
    }

    void remove(const std::string& name) override {
        if (!alive().look(name)) return;
        faults_.pass();
        auto restore = keep(ground_, name);
        real_->remove(name);
        faults_.unsynced(ground_->id, restore);
    }

    void remove_if_empty(const std::string& name) override {
        auto entry = alive().look(name);
        if (!entry || entry->kind != FolderEntry::Kind::folder || !real_->open(name)->listing().empty()) return;
        remove(name);
    }

    /// In single steps, so that each of them can be the last.
    void remove_tree(const std::string& name) override {
        auto entry = alive().look(name);
        if (entry && entry->kind == FolderEntry::Kind::folder) {
            auto folder = open(name);
            for (const auto& inner : folder->names()) folder->remove_tree(inner);
        }
        remove(name);
    }

    void destroy(const std::string& name, std::uint64_t most) override {
        auto entry = alive().look(name);
        if (!entry) return;
        faults_.pass();
        bool half = faults_.due();
        if (half && faults_.kind == Faults::Kind::error) faults_.strike();
        real_->destroy(name, most);
        ++faults_.syncs;
        auto blank = [ground = ground_, name, entry = *entry] {
            write(*ground, name, std::string(entry.size, '\0'), entry);
        };
        if (half) {
            blank();
            faults_.strike();
        }
        faults_.unsynced(ground_->id, blank);
    }

    void sync() override {
        faults_.pass();
        real_->sync();
        ++faults_.syncs;
        faults_.synced(ground_->id);
    }

private:
    using Ground = Faults::Ground;

    Folder& alive() {
        faults_.look();
        return *real_;
    }

    std::unique_ptr<Folder> wrap(std::unique_ptr<Folder> real) {
        if (!real) return nullptr;
        return std::make_unique<FaultyFolder>(std::move(real), faults_);
    }

    static std::string path_of(const Ground& ground, const std::string& name) {
        return "/proc/self/fd/" + std::to_string(ground.fd.get()) + "/" + name;
    }

    static void write(const Ground& ground, const std::string& name, const std::string& content,
                      const FolderEntry& entry) {
        Descriptor fd(::openat(ground.fd.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, entry.mode));
        if (!fd && errno == ENOENT) return;  // the folder is durably gone, and this with it
        if (::write(fd.get(), content.data(), content.size()) < 0 ||
            ::fchown(fd.get(), entry.owner, entry.group) != 0 || ::fchmod(fd.get(), entry.mode) != 0)
            throw std::runtime_error("cannot bring back " + name);
    }

    /// The name was made and is not durable yet.
    void forget(const std::string& name) {
        faults_.unsynced(ground_->id, [ground = ground_, name] { ::unlinkat(ground->fd.get(), name.c_str(), 0); });
    }

    /// Brings back what is at `name` now, after it was removed or replaced.
    std::function<void()> keep(const std::shared_ptr<Ground>& ground, const std::string& name) {
        auto path = path_of(*ground, name);
        struct stat status {};
        if (::fstatat(ground->fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return [] {};
        if (S_ISLNK(status.st_mode)) {
            auto target = std::filesystem::read_symlink(path).string();
            return [ground, name, target] { (void)!::symlinkat(target.c_str(), ground->fd.get(), name.c_str()); };
        }
        if (S_ISDIR(status.st_mode)) {
            auto inner = faults_.ground_of(path);
            faults_.removed(inner->id);
            return [ground, name, inner, mode = status.st_mode & 07777] {
                (void)!::mkdirat(ground->fd.get(), name.c_str(), mode);
                inner->fd = Descriptor(::openat(ground->fd.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
            };
        }
        // A descriptor keeps the bytes for as long as they may be wanted back.
        auto file = std::make_shared<Descriptor>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        return [ground, name, file, status] {
            std::string content(static_cast<std::size_t>(status.st_size), '\0');
            if (::pread(file->get(), content.data(), content.size(), 0) < 0) throw std::runtime_error(name);
            FolderEntry entry{};
            entry.mode = status.st_mode & 07777;
            entry.owner = status.st_uid;
            entry.group = status.st_gid;
            write(*ground, name, content, entry);
        };
    }

    std::unique_ptr<Folder> real_;
    Faults& faults_;
    std::shared_ptr<Ground> ground_;
};

}  // namespace rekey::test
