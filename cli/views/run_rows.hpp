#pragma once

#include "rekey/store/fleet.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// A run with these keys. `status`: `running`, `interrupted` (dead, to be continued), or how it ended.
Row run_row(Home& home, const store::Run& run);
std::vector<std::string> run_keys();

}  // namespace rekey::cli
