#pragma once

#include <optional>
#include <string>

#include "base/files/folder.hpp"

namespace rekey {

/// What to do about a file system without modes or symbolic links.
extern const char* const another_medium;

/// Why nothing that units need can be made in the open folder `fd`. `path` is for messages.
std::optional<Obstacle> obstacle_of_medium(int fd, const std::string& path);

}  // namespace rekey
