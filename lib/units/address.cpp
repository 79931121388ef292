#include <fmt/format.h>

#include <filesystem>

#include "base/folder.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "units/dir_driver.hpp"
#include "units/driver.hpp"

namespace rekey::units {

namespace {

struct Address {
    std::string scheme;
    std::string rest;
};

Address split(const std::string& address) {
    auto colon = address.find(':');
    if (colon == std::string::npos || colon == 0 || printable(address) != address)
        throw Error(Code::usage, fmt::format("'{}' is no address", printable(address)), "write it as dir:/path");
    return {address.substr(0, colon), address.substr(colon + 1)};
}

void require_dir(const Address& address) {
    if (address.scheme != "dir")
        throw Error(Code::usage,
                    fmt::format("no driver knows addresses that begin with '{}:'", printable(address.scheme)),
                    "write it as dir:/path");
    if (address.rest.empty()) throw Error(Code::usage, "the address 'dir:' names no folder", "write it as dir:/path");
}

}  // namespace

std::string normalised_address(const std::string& text) {
    auto address = split(text);
    require_dir(address);
    auto path = std::filesystem::absolute(address.rest).lexically_normal().string();
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    return "dir:" + path;
}

std::unique_ptr<Driver> connect(const std::string& text) {
    auto address = split(text);
    require_dir(address);
    return std::make_unique<DirDriver>(open_folder(address.rest));
}

}  // namespace rekey::units
