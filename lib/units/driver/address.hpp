#pragma once

#include <string>

namespace rekey::units {

/// An absolute path without empty parts, `.`, and a slash at its end. Nothing is resolved: what `..` and links
/// mean is decided where the path is opened.
std::string clean_path(const std::string& path);

/// Whether it is a folder of this machine, which is looked at without a helper.
bool is_local(const std::string& address);

}  // namespace rekey::units
