#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "units/dir_driver.hpp"
#include "units/driver.hpp"

namespace rekey::units {

namespace {

constexpr std::string_view dir_scheme = "dir";
constexpr std::size_t longest_address = 4096;

struct Address {
    std::string scheme;
    std::string rest;
};

bool is_scheme(std::string_view text) {
    auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    });
}

Address parse(const std::string& address) {
    constexpr const char* hint = "an address is a scheme and what it needs: dir:/srv/unit-1";
    if (address.size() > longest_address || printable(address) != address)
        throw Error(Code::usage, fmt::format("'{}' cannot be the address of a unit", printable(address)), hint);
    auto colon = address.find(':');
    std::string scheme = address.substr(0, colon);
    if (colon == std::string::npos || !is_scheme(scheme))
        throw Error(Code::usage, fmt::format("the address '{}' has no scheme", address),
                    address.find(':') == std::string::npos
                        ? fmt::format("for a folder of this machine: dir:{}", address)
                        : hint);
    if (scheme != dir_scheme)
        throw Error(Code::usage, fmt::format("no driver for '{}' addresses is installed", scheme),
                    "units in a folder of this machine have the address dir:/path");
    return {scheme, address.substr(colon + 1)};
}

/// Nothing is resolved: what `..` and links mean is decided when the unit is reached.
std::string absolute(const std::string& path) {
    std::string whole = path.front() == '/' ? path : std::filesystem::current_path().string() + "/" + path;
    std::string clean;
    std::size_t begin = 0;
    while (begin < whole.size()) {
        auto end = std::min(whole.find('/', begin), whole.size());
        auto part = whole.substr(begin, end - begin);
        if (!part.empty() && part != ".") clean += "/" + part;
        begin = end + 1;
    }
    return clean.empty() ? "/" : clean;
}

}  // namespace

std::string normalised_address(const std::string& address) {
    auto [scheme, path] = parse(address);
    if (path.empty())
        throw Error(Code::usage, fmt::format("the address '{}' names no folder", address), "as in dir:/srv/unit-1");
    return fmt::format("{}:{}", scheme, absolute(path));
}

std::string dir_path(const std::string& address) { return normalised_address(address).substr(dir_scheme.size() + 1); }

std::unique_ptr<Driver> connect(const std::string& address) {
    return std::make_unique<DirDriver>(open_folder(dir_path(address)));
}

}  // namespace rekey::units
