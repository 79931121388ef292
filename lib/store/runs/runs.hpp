#pragma once

#include <string>
#include <vector>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Sets `id`.
void add_run(Transaction& transaction, Run& run);
void finish_run(Transaction& transaction, Id id, const std::string& ending, Time now);
/// The runs that worked on it, and on what it continues, oldest first.
std::vector<Run> runs_of(Reader& store, const Item& item);

}  // namespace rekey::store
