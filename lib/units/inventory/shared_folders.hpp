#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rekey/store/units_and_slots.hpp"

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

/// The first of the other units that `unit` would share its folder with.
std::optional<SharedFolder> sharing(store::Reader& store, const store::Unit& unit);

}  // namespace rekey::units
