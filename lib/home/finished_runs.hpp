#pragma once

#include <cstdint>
#include <vector>

#include "base/files/folder.hpp"
#include "rekey/home/home.hpp"

namespace rekey {

/// Runs that are recorded as finished and do not live, and whose lock file is still in `runs`, the home's folder of
/// them. They were killed, or taken over, before they removed it.
std::vector<std::int64_t> finished_runs_in(Home& home, Folder& runs);

}  // namespace rekey
