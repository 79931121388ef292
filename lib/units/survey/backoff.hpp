#pragma once

#include <string>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::units {

/// The unit answered: it is online, and no backoff holds.
void mark_online(store::Transaction& transaction, store::Unit& unit, Time now);
/// It did not: offline since the first time, and the next attempt is set.
void mark_offline(store::Transaction& transaction, store::Unit& unit, const std::string& cause, Time now);

}  // namespace rekey::units
