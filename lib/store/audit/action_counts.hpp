#pragma once

#include <functional>
#include <string>

#include "rekey/store/store.hpp"

namespace rekey::store {

/// How many entries of the trail have an action, of those made at this second or later; in order of action. The index
/// on time finds them, whatever the length of the trail.
void each_action_count(Reader& store, Time since,
                       const std::function<void(const std::string& action, std::int64_t entries)>& visit);

}  // namespace rekey::store
