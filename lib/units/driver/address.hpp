#pragma once

#include <string>

namespace rekey::units {

/// The address of a unit: the text before the first colon, and after it.
struct UnitAddress {
    std::string scheme;
    std::string rest;
};
/// Throws Code::usage for what has no scheme.
UnitAddress parse_address(const std::string& address);

/// An absolute path without empty parts, `.`, and a slash at its end. Nothing is resolved: what `..` and links
/// mean is decided where the path is opened.
std::string clean_path(const std::string& path);

/// Whether it is a folder of this machine, which is looked at without a helper.
bool is_local(const std::string& address);

/// The folder of a `dir:` address. Throws Code::usage for others.
std::string dir_path(const std::string& address);

}  // namespace rekey::units
