#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Of slots of units that are not removed.
struct CertificateCounts {
    std::map<CertificateState, std::int64_t> by_state;
    /// Of those in use (active or foreign), how many end at each of the times that were asked for, or before.
    std::vector<std::int64_t> ending;
};
/// `ends`: in order, the first one first. Of the whole fleet it costs a pass over indexes.
CertificateCounts count_certificates(Reader& store, const Selection& selection, const std::vector<Time>& ends);

std::int64_t count_slots(Reader& store, const Selection& selection);
/// Units with a renewal that waits for them.
std::int64_t count_deferred_units(Reader& store, const Selection& selection);

}  // namespace rekey::store
