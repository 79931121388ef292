#pragma once

#include <string>
#include <vector>

#include "rekey/store/fleet.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// In a row of a table: behind these keys, the first digits of certificate numbers (`store::short_number`), as commands
/// take them. `--wide` and all other forms keep whole numbers.
void shorten_numbers(const Session& session, store::Reader& store, Row& row, const std::vector<std::string>& keys);

}  // namespace rekey::cli
