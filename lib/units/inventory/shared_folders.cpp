#include "units/inventory/shared_folders.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "rekey/base/names.hpp"
#include "units/driver/address.hpp"

namespace rekey::units {

namespace {

namespace fs = std::filesystem;
using Identity = std::pair<std::uint64_t, std::uint64_t>;

constexpr std::string_view local_scheme = "dir:";

std::optional<Identity> identity_of(const fs::path& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return std::nullopt;
    return Identity{found.st_dev, found.st_ino};
}

std::optional<fs::path> folder_of(const std::string& address) {
    if (!is_local(address)) return std::nullopt;
    std::error_code failure;
    auto real = fs::canonical(address.substr(local_scheme.size()), failure);
    return failure ? std::nullopt : std::optional(real);
}

/// Of the folders that hold it, the nearest first.
std::vector<Identity> around(fs::path folder) {
    std::vector<Identity> found;
    while (folder.has_relative_path()) {
        folder = folder.parent_path();
        if (auto identity = identity_of(folder)) found.push_back(*identity);
    }
    return found;
}

SharedFolder same(const std::string& unit, const std::string& other) {
    return {unit, other, fmt::format("lies where unit '{}' does", other)};
}

SharedFolder inside(const std::string& unit, const std::string& other) {
    return {unit, other, fmt::format("lies inside of the folder of unit '{}'", other)};
}

SharedFolder around_it(const std::string& unit, const std::string& other) {
    return {unit, other, fmt::format("has the folder of unit '{}' inside of its own", other)};
}

/// How `unit` and `other` share a folder; `unit`'s is known.
std::optional<SharedFolder> compare(const store::Unit& unit, const std::optional<fs::path>& folder,
                                    const std::vector<Identity>& above, const store::Unit& other) {
    if (other.address == unit.address) return same(unit.name, other.name);
    if (!folder || !is_local(other.address)) return std::nullopt;
    auto own = identity_of(*folder);
    auto theirs = identity_of(other.address.substr(local_scheme.size()));
    if (!own || !theirs) return std::nullopt;
    if (*own == *theirs) return same(unit.name, other.name);
    for (const auto& each : above)
        if (each == *theirs) return inside(unit.name, other.name);
    if (auto other_folder = folder_of(other.address))
        for (const auto& each : around(*other_folder))
            if (each == *own) return around_it(unit.name, other.name);
    return std::nullopt;
}

}  // namespace

void SharedFolders::add(const store::Unit& unit) {
    units_.emplace_back(unit.name, unit.address);
    first_at_.emplace(unit.address, unit.name);
    if (auto folder = folder_of(unit.address))
        if (auto identity = identity_of(*folder)) first_in_.emplace(*identity, unit.name);
}

std::vector<SharedFolder> SharedFolders::find() const {
    std::vector<SharedFolder> found;
    for (const auto& [name, address] : units_) {
        if (const auto& first = first_at_.at(address); first != name) {
            found.push_back(same(name, first));
            continue;
        }
        auto folder = folder_of(address);
        if (!folder) continue;
        auto own = identity_of(*folder);
        auto first = own ? first_in_.find(*own) : first_in_.end();
        if (first != first_in_.end() && first->second != name) {
            found.push_back(same(name, first->second));
            continue;
        }
        for (const auto& each : around(*folder)) {
            auto other = first_in_.find(each);
            if (other == first_in_.end()) continue;
            found.push_back(inside(name, other->second));
            break;
        }
    }
    return found;
}

std::optional<SharedFolder> sharing(store::Reader& store, const store::Unit& unit) {
    std::optional<SharedFolder> found;
    auto folder = folder_of(unit.address);
    auto above = folder ? around(*folder) : std::vector<Identity>{};
    store::each_unit(store, {}, [&](const store::Unit& other) {
        if (!found && other.name != unit.name) found = compare(unit, folder, above, other);
    });
    return found;
}

}  // namespace rekey::units
