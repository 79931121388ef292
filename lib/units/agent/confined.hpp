#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/files/folder.hpp"

namespace rekey::units {

/// Opens the folder at `path` (absolute) if every list in `roots` that is not empty has a folder that
/// holds it, once links and `..` are resolved; what is exchanged for a link meanwhile is not followed.
/// Throws Code::refused when it is elsewhere, Code::unreachable when it is not there.
std::unique_ptr<Folder> open_confined(const std::string& path, const std::vector<std::vector<std::string>>& roots);

}  // namespace rekey::units
