#pragma once

#include "rekey/home/home.hpp"

namespace rekey {

/// Whether `settle_seal` has nothing to finish.
bool is_settled(Home& home);

}  // namespace rekey
