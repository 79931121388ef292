#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rekey/home/home.hpp"

namespace rekey::maintenance {

/// Runs that are recorded as finished, and whose lock file is still there.
std::vector<std::int64_t> ended_runs_with_files(Home& home);

/// Size of the write-ahead log, when it is larger than it is ever left.
std::optional<std::uint64_t> large_log(const std::string& home);

}  // namespace rekey::maintenance
