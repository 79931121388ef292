#include "units/connect/connect.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/text/shell_quote.hpp"
#include "rekey/base/base.hpp"
#include "units/connect/launch.hpp"
#include "units/driver/address.hpp"
#include "units/folder/dir_driver.hpp"
#include "units/helper/helper_driver.hpp"
#include "units/helper/ssh.hpp"
#include "units/process/program.hpp"

namespace rekey::units {

std::string normalised_address(const std::string& address) {
    auto [scheme, rest] = parse_address(address);
    if (scheme == "dir") return "dir:" + dir_path(address);
    if (scheme == "ssh") return ssh::to_string(ssh::parse(rest));
    if (rest.empty())
        throw Error(Code::usage, fmt::format("the address '{}' says nothing after its scheme", address),
                    "what stands there is for the helper of that kind of unit");
    return address;
}

namespace {

/// Where a path leads; itself where that cannot be said any more.
std::string folder_behind(const std::string& path) {
    std::error_code failed;
    auto behind = std::filesystem::canonical(path, failed);
    return failed ? path : behind.string();
}

/// A link on the way to a unit's folder leads where its owner says. Root, we, and whom that folder belongs to may say
/// so; anybody else could put another unit, or any folder, in the place of this one.
void require_trusted_links(const std::string& path, uid_t folder_owner) {
    for (auto end = path.find('/', 1);; end = path.find('/', end + 1)) {
        auto part = path.substr(0, end);
        struct stat status {};
        bool is_link = ::lstat(part.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
        bool trusted = status.st_uid == 0 || status.st_uid == ::geteuid() || status.st_uid == folder_owner;
        if (is_link && !trusted)
            throw Error(Code::refused,
                        fmt::format("{} is a link of user {}, which leads to a folder of user {}", printable(part),
                                    status.st_uid, folder_owner),
                        fmt::format("if that is right, give the folder itself as address: "
                                    "rekey units set UNIT --address {}",
                                    printable(shell_quote("dir:" + folder_behind(path)))));
        if (end == std::string::npos) return;
    }
}

std::unique_ptr<Folder> open_unit_folder(const std::string& path) {
    if (auto straight = open_folder_without_links(path)) return straight;
    auto folder = open_folder(path);
    require_trusted_links(path, folder->status().owner);
    return folder;
}

}  // namespace

std::unique_ptr<Driver> connect(const std::string& address, const Reaching& reaching) {
    if (parse_address(address).scheme == "dir") {
        auto path = dir_path(address);
        return std::make_unique<DirDriver>(path, [path] { return open_unit_folder(path); });
    }
    return std::make_unique<HelperDriver>(launch_for(address, reaching), reaching.deadline);
}

}  // namespace rekey::units
