#pragma once

#include "rekey/store/fleet.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// A run as JSON has it. `status`: `running`, `interrupted` (dead, to be continued), or how it ended.
Json run_json(Home& home, const store::Run& run);
extern const std::vector<std::string> run_keys;

}  // namespace rekey::cli
