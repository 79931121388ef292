#pragma once

#include <cstdint>
#include <string>

namespace rekey::store {

/// `rekey.db` as the file system sees it: what must hold before SQLite may touch it, and what
/// SQLite leaves to others. Never opens a database that may be in use, because closing it would
/// drop the locks that SQLite holds on it in this process.
class DatabaseFile {
public:
    explicit DatabaseFile(const std::string& path);

    /// Absolute, so that SQLite cannot take it for a URI.
    const std::string& path() const { return path_; }
    const std::string& folder() const { return folder_; }

    /// Makes it empty and 0600, unless there is one.
    void make() const;
    /// Throws Code::not_found where nothing is, Code::refused where something else is.
    void require_file() const;
    /// Throws Code::refused where what SQLite writes beside it is, or could be, somebody else's: a link, or a file
    /// that has other names.
    void require_own_log() const;
    /// Throws Code::failed when it, or its folder, cannot be written; Code::refused when it has other names.
    void require_writable() const;
    bool folder_is_writable() const;
    /// Whether committed changes may lie in the write-ahead log beside it.
    bool has_log() const;
    /// For reading where no file can be made beside it.
    std::string immutable_uri() const;

private:
    std::string path_;
    std::string folder_;
};

/// Makes a new, empty file that only its owner may use, whatever the umask; an error when there is one.
void make_private_file(const std::string& path);
void remove_file(const std::string& path) noexcept;

}  // namespace rekey::store
