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

constexpr std::string_view local_scheme = "dir";

/// What follows the scheme in an address of this machine.
std::string path_of(const std::string& address) { return address.substr(local_scheme.size() + 1); }

Identity identity_of(const struct stat& found) { return {found.st_dev, found.st_ino}; }

std::optional<Identity> identity_of(const fs::path& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return std::nullopt;
    return identity_of(found);
}

/// Whether a path with this last part may be another way to the folder than through the one above it.
bool leads_elsewhere(const fs::path& path, const struct stat& found) {
    auto last = path.filename();
    return S_ISLNK(found.st_mode) || !path.is_absolute() || last.empty() || last == "." || last == "..";
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

/// Of a folder that is reached directly, one look is enough.
std::optional<SharedFolders::Folder> SharedFolders::folder_of(const std::string& address) {
    if (!is_local(address)) return std::nullopt;
    fs::path path = path_of(address);
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return std::nullopt;
    if (leads_elsewhere(path, found)) {
        std::error_code failure;
        path = fs::canonical(path, failure);
        if (failure || ::stat(path.c_str(), &found) != 0) return std::nullopt;
    }
    static const std::vector<Identity> none;
    if (!path.has_relative_path()) return Folder{identity_of(found), &none};
    const auto& above = with_all_above(path.parent_path().string());
    if (!above) return std::nullopt;
    return Folder{identity_of(found), &*above};
}

const std::optional<std::vector<SharedFolders::Identity>>& SharedFolders::with_all_above(const std::string& folder) {
    auto [known, is_new] = holders_.try_emplace(folder);
    if (!is_new) return known->second;
    std::error_code failure;
    auto path = fs::canonical(folder, failure);
    if (failure) return known->second;
    auto& found = known->second.emplace();
    if (auto identity = identity_of(path)) found.push_back(*identity);
    while (path.has_relative_path()) {
        path = path.parent_path();
        if (auto identity = identity_of(path)) found.push_back(*identity);
    }
    return known->second;
}

void SharedFolders::add(const store::UnitPlace& place) {
    auto folder = folder_of(place.address);
    first_at_.emplace(place.address, place.unit);
    if (folder) first_in_.emplace(folder->identity, place.unit);
    units_.push_back({place, folder});
}

std::vector<SharedFolder> SharedFolders::find() const {
    std::vector<SharedFolder> found;
    for (const auto& [place, folder] : units_) {
        if (const auto& first = first_at_.at(place.address); first != place.unit) {
            found.push_back(same(place.unit, first));
            continue;
        }
        if (!folder) continue;
        if (const auto& first = first_in_.at(folder->identity); first != place.unit) {
            found.push_back(same(place.unit, first));
            continue;
        }
        for (const auto& each : *folder->above) {
            auto other = first_in_.find(each);
            if (other == first_in_.end()) continue;
            found.push_back(inside(place.unit, other->second));
            break;
        }
    }
    return found;
}

std::vector<SharedFolder> shared_folders(store::Reader& store) {
    SharedFolders folders;
    store::each_place_to_compare(store, local_scheme, [&](const store::UnitPlace& place) { folders.add(place); });
    return folders.find();
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
    auto folder = fs::weakly_canonical(path_of(address), failure);
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

void TakenPlaces::add(const store::UnitPlace& place) {
    at_address_.emplace(place.address, place.unit);
    auto located = locate(place.address);
    if (!located) return;
    in_folder_.emplace(located->place, place.unit);
    for (const auto& each : located->above) below_.emplace(each, place.unit);
}

std::optional<SharedFolder> TakenPlaces::find(const store::UnitPlace& place) {
    const auto& unit = place.unit;
    if (auto other = at_address_.find(place.address); other != at_address_.end()) return same(unit, other->second);
    auto located = locate(place.address);
    if (!located) return std::nullopt;
    if (auto other = in_folder_.find(located->place); other != in_folder_.end()) return same(unit, other->second);
    for (const auto& each : located->above)
        if (auto other = in_folder_.find({each, {}}); other != in_folder_.end()) return inside(unit, other->second);
    if (!located->place.second.empty()) return std::nullopt;
    auto other = below_.find(located->place.first);
    return other == below_.end() ? std::nullopt : std::optional(around_it(unit, other->second));
}

std::optional<SharedFolder> sharing(store::Reader& store, const store::UnitPlace& place) {
    if (auto other = store::other_unit_at(store, place)) return same(place.unit, *other);
    if (!is_local(place.address)) return std::nullopt;
    TakenPlaces taken;
    store::each_place_to_compare(store, local_scheme, [&](const store::UnitPlace& other) {
        if (other.unit != place.unit) taken.add(other);
    });
    return taken.find(place);
}

}  // namespace rekey::units
