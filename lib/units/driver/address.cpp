#include "units/driver/address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"

namespace rekey::units {

namespace {

bool is_scheme(std::string_view text) {
    auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && text.size() <= 32 && is_letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
           });
}

std::string normalised_dir(const std::string& path) {
    if (path.empty()) throw Error(Code::usage, "the address 'dir:' names no folder", "as in dir:/srv/unit-1");
    return clean_path(path.front() == '/' ? path : std::filesystem::current_path().string() + "/" + path);
}

}  // namespace

UnitAddress parse_address(const std::string& address) {
    constexpr const char* hint = "an address is a scheme and what it needs: dir:/srv/unit-1, ssh://host/srv/unit-1";
    if (address.size() > limits::address || printable(address) != address)
        throw Error(Code::usage, fmt::format("'{}' cannot be the address of a unit", printable(address)), hint);
    auto colon = address.find(':');
    std::string scheme = address.substr(0, colon);
    if (colon == std::string::npos || !is_scheme(scheme))
        throw Error(Code::usage, fmt::format("the address '{}' has no scheme", address),
                    address.find(':') == std::string::npos
                        ? fmt::format("for a folder of this machine: dir:{}", address)
                        : hint);
    return {scheme, address.substr(colon + 1)};
}

std::string clean_path(const std::string& path) {
    std::string clean;
    std::size_t begin = 0;
    while (begin < path.size()) {
        auto end = std::min(path.find('/', begin), path.size());
        auto part = path.substr(begin, end - begin);
        if (!part.empty() && part != ".") clean += "/" + part;
        begin = end + 1;
    }
    return clean.empty() ? "/" : clean;
}

bool is_local(const std::string& address) { return address.starts_with("dir:"); }

std::string dir_path(const std::string& address) {
    auto [scheme, path] = parse_address(address);
    if (scheme != "dir")
        throw Error(Code::usage, fmt::format("'{}' is not a folder of this machine", address),
                    "only units with an address dir:/path can do this");
    return normalised_dir(path);
}

}  // namespace rekey::units
