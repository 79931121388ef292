#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/files/folder.hpp"
#include "rekey/maintenance/maintenance.hpp"

/// A home as files and folders.
namespace rekey::maintenance {

inline constexpr const char* database_name = "rekey.db";
/// Copy of the store while a backup is made.
inline constexpr const char* copy_name = "rekey.db.backup";

/// The folder that a home is in, links resolved, and its name there. Throws Code::failed when it is not there.
struct HomeFolder {
    std::unique_ptr<Folder> above;
    std::string name;
};
HomeFolder place_of(const std::string& home);

/// The folder beside a home in which it is restored, until it is whole.
std::string restoring_name(const std::string& name);

/// Something of the home that others than its owner may use.
struct Exposed {
    std::shared_ptr<Folder> folder;
    std::string name;
    mode_t mode;

    std::string path() const { return folder->path() + "/" + name; }
};
std::vector<Exposed> exposed(const std::string& home);
/// Takes from others what they may do with it.
void close_to_others(const Exposed& entry);

/// Something of the home that belongs to another user than the home, as after root worked in it.
struct Misowned {
    std::shared_ptr<Folder> folder;
    std::string name;

    std::string path() const { return folder->path() + "/" + name; }
};
std::vector<Misowned> misowned(const std::string& home);
/// Gives it to whom the home belongs to. Only root may.
void give_to_owner(const std::string& home, const Misowned& entry);

/// Links where files should be, strange owners, what the owner may not use, unsafe surroundings.
std::vector<HomeFinding> strange_entries(const std::string& home);

/// What commands that were interrupted left behind; nothing while one of these commands may be at work.
class Leftovers {
public:
    explicit Leftovers(const std::string& home);

    const std::vector<std::string>& paths() const { return paths_; }
    /// Overwrites and removes them. No schema step may be under way.
    void remove();

private:
    HomeFolder place_;
    std::unique_ptr<Folder> folder_;
    std::unique_ptr<Folder::Lock> lock_;
    std::vector<std::string> names_;  ///< in the home
    std::unique_ptr<Folder::Lock> restoring_lock_;
    std::vector<std::string> paths_;
};

/// Destroys every file below, then the folder itself.
void destroy_tree(Folder& folder, const std::string& name);

}  // namespace rekey::maintenance
