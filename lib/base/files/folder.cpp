#include "base/files/folder.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "base/files/beneath.hpp"
#include "base/files/real_folder.hpp"
#include "base/files/system_call.hpp"
#include "base/limits.hpp"

namespace rekey {

const std::uint64_t most_overwritten = limits::overwritten;

namespace {

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
    std::optional<FolderEntry> entry = folder.look(name);
    if (!entry) return;
    // It may be the first half of a secret.
    if (entry->kind == FolderEntry::Kind::file)
        folder.destroy(name);
    else
        folder.remove(name);
}

}  // namespace

bool could_be_public(const FolderEntry& file) {
    // The shortest private key in PEM, Ed25519, has 119.
    constexpr std::uint64_t shorter_than_keys = 64;
    return (file.mode & 0004) != 0 || file.size <= shorter_than_keys;
}

std::vector<std::string> Folder::names() {
    std::vector<std::string> found;
    for (auto& each : listing()) found.push_back(std::move(each.name));
    return found;
}

std::optional<Secret> Folder::read_secret(const std::string& name, std::size_t limit, Reading how) {
    auto held = read_file(name, limit, how);
    if (!held) return std::nullopt;
    return std::move(held->content);
}

std::optional<Bytes> Folder::read(const std::string& name, std::size_t limit, Reading how) {
    auto content = read_secret(name, limit, how);
    if (!content) return std::nullopt;
    return to_bytes(content->view());
}

std::unique_ptr<Folder> open_folder(const std::string& path) {
    std::string clean = without_trailing_slashes(path);
    Descriptor fd(retried([&] { return ::open(clean.c_str(), folder_flags); }));
    if (!fd) {
        int error = errno;
        fail_call(error, "open", clean, error == ENOENT || error == EIO ? Code::unreachable : Code::failed);
    }
    return std::make_unique<RealFolder>(std::move(fd), clean, true);
}

std::unique_ptr<Folder> open_folder_without_links(const std::string& path) {
    std::string clean = without_trailing_slashes(path);
    Descriptor fd(retried([&] { return open_without_links(clean, folder_flags); }));
    return fd ? std::make_unique<RealFolder>(std::move(fd), clean, true) : nullptr;
}

bool leads_to(const std::string& path, const FolderEntry& entry) {
    struct stat there {};
    if (::stat(path.c_str(), &there) != 0) return false;
    return there.st_dev == entry.device && there.st_ino == entry.inode;
}

std::unique_ptr<Folder> make_folder(const std::string& path) {
    std::string clean = without_trailing_slashes(path);
    bool made = ::mkdir(clean.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) {
        int error = errno;
        fail_call(error, "make", clean, error == ENOENT ? Code::unreachable : Code::failed);
    }
    if (made && ::chmod(clean.c_str(), 0700) != 0) fail_call(errno, "set the mode of", clean);
    auto folder = open_folder(clean);
    // Also when it was there: the process that made it may have been killed before this.
    open_folder(parent_of(clean))->sync();
    return folder;
}

void write_beside(Folder& folder, const std::string& name, ByteView content, const Access& access) {
    std::string temporary = temporary_name(name);
    drop_leftover(folder, temporary);
    folder.create(temporary, content, access);
}

void put_in_place(Folder& folder, const std::string& name) { folder.rename(temporary_name(name), folder, name); }

void replace_file(Folder& folder, const std::string& name, ByteView content, const Access& access) {
    write_beside(folder, name, content, access);
    put_in_place(folder, name);
    folder.sync();
}

void replace_by(Folder& folder, const std::string& from, const std::string& name) {
    folder.sync_file(from);
    folder.rename(from, folder, name);
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
