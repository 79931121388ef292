#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rekey/store/fleet.hpp"

namespace rekey::units {

/// Two units whose folders are one, or lie one in the other: each would replace what the other put there.
struct SharedFolder {
    std::string unit;
    std::string other;
    std::string how;  ///< in words, behind `unit`: `lies where unit 'other' does`
};

/// Finds them among the folders of this machine, by device and inode, so that links and bind mounts hide none;
/// elsewhere by equal addresses. Takes a few bytes for each unit.
class SharedFolders {
public:
    void add(const store::Unit& unit);
    /// In order of `add`; each pair once.
    std::vector<SharedFolder> find() const;

private:
    using Identity = std::pair<std::uint64_t, std::uint64_t>;  ///< device and inode

    std::vector<std::pair<std::string, std::string>> units_;  ///< name and address
    std::map<Identity, std::string> first_in_;
    std::map<std::string, std::string> first_at_;
};

/// The folders and addresses of units that are recorded, to be asked whether another would share one. Asking costs the
/// same however many there are.
class TakenPlaces {
public:
    void add(const store::Unit& unit);
    /// How `unit` would share the place of one that was added. A folder that is not there yet can only be the same, by
    /// the nearest folder above it that is there.
    std::optional<SharedFolder> find(const store::Unit& unit);

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

/// One of the other units, with which `unit` would share its folder.
std::optional<SharedFolder> sharing(store::Reader& store, const store::Unit& unit);

}  // namespace rekey::units
