#pragma once

#include <vector>

#include "rekey/renewal/renewal.hpp"

namespace rekey::renewal {

/// The slots that a request to generate names, that its conditions select and that nobody declared yet, in order: each
/// as it will be once it is declared. Reads only.
///
/// Throws Code::usage for a unit that was named and has no slots, or a name that none can have; Code::not_found (unit);
/// and, unless `continuing` a dead run of the same request, Code::refused for a named slot that is filled.
std::vector<store::SlotStatus> undeclared_slots(store::Reader& store, const Request& request, bool continuing);

/// Throws Code::refused for a slot, or a place that its unit shows, that holds a certificate.
void require_empty(store::Reader& store, const SlotName& name, store::Id slot_id);

}  // namespace rekey::renewal
