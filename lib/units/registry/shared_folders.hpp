#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/fleet/unit_places.hpp"

namespace rekey::units {

/// Two units whose folders are one, or lie one in the other: each would replace what the other put there.
struct SharedFolder {
    std::string unit;
    std::string other;
    std::string how;  ///< in words, behind `unit`: `lies where unit 'other' does`
};

/// Finds them among the folders of this machine, by device and inode, so that links and bind mounts hide none;
/// elsewhere by equal addresses. Takes a few bytes for each unit that is added.
class SharedFolders {
public:
    void add(const store::UnitPlace& place);
    /// In order of `add`; each pair once.
    std::vector<SharedFolder> find() const;

private:
    using Identity = std::pair<std::uint64_t, std::uint64_t>;  ///< device and inode
    /// A folder that is there.
    struct Folder {
        Identity identity;
        const std::vector<Identity>* above = nullptr;  ///< the folders that hold it, the nearest first
    };
    struct Added {
        store::UnitPlace place;
        std::optional<Folder> folder;  ///< none: not of this machine, or not there
    };

    std::optional<Folder> folder_of(const std::string& address);
    /// Nothing: it cannot be looked at. What is returned stays.
    const std::optional<std::vector<Identity>>& with_all_above(const std::string& folder);

    std::vector<Added> units_;
    std::map<Identity, std::string> first_in_;
    std::map<std::string, std::string> first_at_;
    /// The folders of a fleet lie in few, each looked at once.
    std::map<std::string, std::optional<std::vector<Identity>>> holders_;
};

/// Those of all units that are recorded. Looks at the folders of this machine, and reads of the other units only
/// those that have the address of another.
std::vector<SharedFolder> shared_folders(store::Reader& store);

/// The folders and addresses of units that are recorded, to be asked whether another would share one. Asking costs the
/// same however many there are.
class TakenPlaces {
public:
    void add(const store::UnitPlace& place);
    /// How the unit of `place` would share that of one that was added. A folder that is not there yet can only be the
    /// same, by the nearest folder above it that is there.
    std::optional<SharedFolder> find(const store::UnitPlace& place);

private:
    using Identity = std::pair<std::uint64_t, std::uint64_t>;  ///< device and inode
    /// A folder that is there, with what is not there yet below it.
    using Place = std::pair<Identity, std::string>;
    struct Located {
        Place place;
        std::vector<Identity> above;  ///< folders that hold it, the nearest first; none while it is not there
    };

    /// None for a unit that is not of this machine.
    std::optional<Located> locate(const std::string& address);
    std::optional<Identity> identity_at(const std::string& path);

    std::map<std::string, std::string> at_address_;
    std::map<Place, std::string> in_folder_;
    std::map<Identity, std::string> below_;  ///< of each folder, the first unit somewhere inside of it
    std::map<std::string, std::optional<Identity>> known_;
};

/// One of the other units that are recorded, with which the unit of `place` would share its folder.
std::optional<SharedFolder> sharing(store::Reader& store, const store::UnitPlace& place);

}  // namespace rekey::units
