#include "maintenance/home_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/files/descriptor.hpp"
#include "base/files/privilege.hpp"
#include "base/text/shell_quote.hpp"
#include "rekey/base/base.hpp"

namespace rekey::maintenance {

namespace {

// A change of the seal, or a backup, holds the lock; a question for it holds it for an instant.
constexpr int lock_patience_ms = 1000;

bool is_left_over(const std::string& name) {
    bool old_schema = name.starts_with("rekey.db.bak-") && name.ends_with(".new");
    return name.starts_with(".seal.key.new") || name == ".seal.key.next.new" || name == copy_name || old_schema;
}

/// What there must be, and as what.
bool is_file_of_home(const std::string& name) {
    return name.starts_with(database_name) || name.starts_with("seal.key");
}

void examine_entry(const Folder& folder, const std::string& name, const FolderEntry& entry,
                   std::vector<HomeFinding>& findings) {
    auto path = printable(folder.path() + "/" + name);
    auto find = [&](std::string what, std::string remedy) {
        findings.push_back({"permissions", std::move(what), std::move(remedy), false});
    };
    bool file = is_file_of_home(name);
    bool folder_expected = name == "runs";
    if ((file && entry.kind != FolderEntry::Kind::file) ||
        (folder_expected && entry.kind != FolderEntry::Kind::folder)) {
        find(fmt::format("{} is {}, where a {} is expected", path,
                         entry.kind == FolderEntry::Kind::link ? "a symbolic link" : "something else",
                         file ? "file" : "folder"),
             "put what it stands for in its place, or restore a backup: rekey --home NEW restore FILE");
        return;
    }
    if (entry.kind == FolderEntry::Kind::link) return;
    mode_t needed = entry.kind == FolderEntry::Kind::folder ? 0700 : name.starts_with(database_name) ? 0600 : 0400;
    if ((entry.mode & needed) != needed)
        find(fmt::format("{} has mode {:o}, so that its owner cannot use it", path, entry.mode),
             fmt::format("chmod u+{} {}", entry.kind == FolderEntry::Kind::folder ? "rwx" : "rw", path));
    if (file && entry.links > 1)
        find(fmt::format("{} has {} names (hard links)", path, entry.links),
             fmt::format("find the others: find / -xdev -samefile {}", path));
}

void collect_exposed(const std::shared_ptr<Folder>& folder, std::vector<Exposed>& found) {
    for (const auto& name : folder->names()) {
        auto entry = folder->look(name);
        if (!entry || entry->kind == FolderEntry::Kind::link) continue;
        if ((entry->mode & 077) != 0) found.push_back({folder, name, entry->mode});
    }
}

}  // namespace

HomeFolder place_of(const std::string& home) {
    std::error_code failure;
    auto path = std::filesystem::canonical(home, failure);
    if (failure) throw Error(Code::failed, fmt::format("{}: {}", printable(home), failure.message()));
    return {open_folder(path.parent_path().string()), path.filename().string()};
}

std::string restoring_name(const std::string& name) { return "." + name + ".restoring"; }

std::vector<Exposed> exposed(const std::string& home) {
    std::vector<Exposed> found;
    auto place = place_of(home);
    std::shared_ptr<Folder> above = std::move(place.above);
    auto entry = above->look(place.name);
    if (entry && (entry->mode & 077) != 0) found.push_back({above, place.name, entry->mode});
    std::shared_ptr<Folder> folder = open_folder(home);
    collect_exposed(folder, found);
    auto runs = folder->look("runs");
    if (runs && runs->kind == FolderEntry::Kind::folder) collect_exposed(folder->open("runs"), found);
    return found;
}

void close_to_others(const Exposed& entry) {
    Descriptor folder(::open(entry.folder->path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fchmodat(folder.get(), entry.name.c_str(), entry.mode & 0700, AT_SYMLINK_NOFOLLOW) != 0)
        throw Error(Code::failed, fmt::format("cannot set the mode of {}: {}", printable(entry.path()),
                                              std::generic_category().message(errno)));
}

namespace {

void collect_misowned(const std::shared_ptr<Folder>& folder, uid_t owner, bool of_runs, std::vector<Misowned>& found) {
    for (const auto& name : folder->names()) {
        auto entry = folder->look(name);
        bool file = entry && entry->kind == FolderEntry::Kind::file && (of_runs || is_file_of_home(name));
        bool runs = entry && entry->kind == FolderEntry::Kind::folder && !of_runs && name == "runs";
        if ((file || runs) && entry->owner != owner) found.push_back({folder, name});
    }
}

}  // namespace

std::vector<Misowned> misowned(const std::string& home) {
    std::vector<Misowned> found;
    std::shared_ptr<Folder> folder = open_folder(home);
    auto owner = folder->status().owner;
    collect_misowned(folder, owner, false, found);
    auto runs = folder->look("runs");
    if (runs && runs->kind == FolderEntry::Kind::folder) collect_misowned(folder->open("runs"), owner, true, found);
    return found;
}

void give_to_owner(const std::string& home, const Misowned& entry) {
    auto whose = open_folder(home)->status();
    auto there = entry.folder->look(entry.name);
    if (there && there->kind == FolderEntry::Kind::folder)
        entry.folder->open(entry.name)->give(whose.owner, whose.group);
    else
        entry.folder->give(entry.name, whose.owner, whose.group, false);
}

std::vector<HomeFinding> strange_entries(const std::string& home) {
    std::vector<HomeFinding> findings;
    auto place = place_of(home);
    auto itself = place.above->look(place.name);
    if (!itself) throw Error(Code::failed, fmt::format("{} is gone", printable(home)));
    examine_entry(*place.above, place.name, *itself, findings);
    struct stat above {};
    if (::stat(place.above->path().c_str(), &above) == 0 && (above.st_mode & 01002) == 0002)
        findings.push_back({"permissions",
                            fmt::format("{} can be changed by everybody, who could so put another home in place",
                                        printable(place.above->path())),
                            fmt::format("chmod o-w {}", printable(place.above->path())), false});
    auto folder = open_folder(home);
    for (const auto& name : folder->names())
        if (auto entry = folder->look(name)) examine_entry(*folder, name, *entry, findings);
    for (const auto& entry : misowned(home))
        findings.push_back(
            {"permissions",
             fmt::format("{} belongs to another user than the home, {}", printable(entry.path()), itself->owner),
             fmt::format("chown {}:{} {}", itself->owner, itself->group, printable(shell_quote(entry.path()))),
             may_give_files()});
    return findings;
}

Leftovers::Leftovers(const std::string& home) : place_(place_of(home)), folder_(open_folder(home)) {
    for (const auto& name : folder_->names())
        if (is_left_over(name)) names_.push_back(name);
    if (!names_.empty()) lock_ = folder_->lock(lock_patience_ms);
    // Asked again: what was at work may have ended just now.
    if (lock_) std::erase_if(names_, [&](const std::string& name) { return !folder_->look(name); });
    if (!lock_) names_.clear();
    for (const auto& name : names_) paths_.push_back(home + "/" + name);

    auto name = restoring_name(place_.name);
    auto entry = place_.above->look(name);
    if (!entry || entry->kind != FolderEntry::Kind::folder) return;
    // As `restore` does.
    restoring_lock_ = place_.above->lock(0);
    if (restoring_lock_) paths_.push_back(place_.above->path() + "/" + name);
}

void Leftovers::remove() {
    for (const auto& name : names_) {
        if (auto entry = folder_->look(name); entry && entry->kind == FolderEntry::Kind::file)
            folder_->destroy(name);
        else
            folder_->remove(name);
    }
    if (!names_.empty()) folder_->sync();
    if (!restoring_lock_) return;
    destroy_tree(*place_.above, restoring_name(place_.name));
    place_.above->sync();
}

void destroy_tree(Folder& folder, const std::string& name) {
    auto entry = folder.look(name);
    if (!entry) return;
    if (entry->kind == FolderEntry::Kind::file) {
        folder.destroy(name);
        return;
    }
    if (entry->kind == FolderEntry::Kind::folder)
        if (auto inner = folder.open(name))
            for (const auto& each : inner->names()) destroy_tree(*inner, each);
    folder.remove(name);
}

}  // namespace rekey::maintenance
