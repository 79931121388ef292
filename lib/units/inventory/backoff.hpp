#pragma once

#include <string>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::units {

/// The unit answered: it is online, and no backoff holds.
void mark_online(store::Transaction& transaction, store::Unit& unit, Time now);
/// It did not: offline since the first time, and the next attempt is set.
void mark_offline(store::Transaction& transaction, store::Unit& unit, const std::string& cause, Time now);

/// Waits until a TLS server at `host:port` serves the leaf whose number is `number` (hex), asking
/// again until `patience` is over; no trust is checked, only which certificate it shows.
/// Throws Code::failed with what was served instead, Code::usage for an address that is none.
void probe(const std::string& host_port, const std::string& number, std::chrono::seconds patience);

}  // namespace rekey::units
