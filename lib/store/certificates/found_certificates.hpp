#pragma once

#include <functional>
#include <string>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Places that units show and nobody declared, each with the number of a certificate there; in order of unit, node and
/// type, then oldest first. Costs nothing for all else. The limit of the selection is not looked at.
void each_found_certificate(Reader& store, const Selection& selection,
                            const std::function<void(const SlotName&, const std::string&)>& visit);

}  // namespace rekey::store
