#include "units/registry/shared_folders.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "rekey/base/base.hpp"
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

/// Looked at once: the folders of a fleet lie in few.
std::optional<TakenPlaces::Identity> TakenPlaces::identity_at(const std::string& path) {
    auto known = known_.find(path);
    if (known == known_.end()) known = known_.emplace(path, identity_of(path)).first;
    return known->second;
}

std::optional<TakenPlaces::Located> TakenPlaces::locate(const std::string& address) {
    if (!is_local(address)) return std::nullopt;
    std::error_code failure;
    auto folder = fs::weakly_canonical(address.substr(local_scheme.size()), failure);
    if (failure) return std::nullopt;
    Located located;
    auto own = identity_of(folder);
    fs::path missing;
    while (!own && folder.has_relative_path()) {
        missing = missing.empty() ? folder.filename() : folder.filename() / missing;
        folder = folder.parent_path();
        own = identity_at(folder.string());
    }
    if (!own) return std::nullopt;
    located.place = {*own, missing.string()};
    while (missing.empty() && folder.has_relative_path()) {
        folder = folder.parent_path();
        if (auto identity = identity_at(folder.string())) located.above.push_back(*identity);
    }
    return located;
}

void TakenPlaces::add(const store::Unit& unit) {
    at_address_.emplace(unit.address, unit.name);
    auto located = locate(unit.address);
    if (!located) return;
    in_folder_.emplace(located->place, unit.name);
    for (const auto& each : located->above) below_.emplace(each, unit.name);
}

std::optional<SharedFolder> TakenPlaces::find(const store::Unit& unit) {
    if (auto other = at_address_.find(unit.address); other != at_address_.end()) return same(unit.name, other->second);
    auto located = locate(unit.address);
    if (!located) return std::nullopt;
    if (auto other = in_folder_.find(located->place); other != in_folder_.end()) return same(unit.name, other->second);
    for (const auto& each : located->above)
        if (auto other = in_folder_.find({each, {}}); other != in_folder_.end())
            return inside(unit.name, other->second);
    if (!located->place.second.empty()) return std::nullopt;
    auto other = below_.find(located->place.first);
    return other == below_.end() ? std::nullopt : std::optional(around_it(unit.name, other->second));
}

std::optional<SharedFolder> sharing(store::Reader& store, const store::Unit& unit) {
    TakenPlaces taken;
    store::each_unit(store, {}, [&](const store::Unit& other) {
        if (other.name != unit.name) taken.add(other);
    });
    return taken.find(unit);
}

}  // namespace rekey::units
