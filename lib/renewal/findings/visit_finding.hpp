#pragma once

#include <functional>

#include "rekey/renewal/overview.hpp"

namespace rekey::renewal {

/// Takes findings as they are found.
using VisitFinding = std::function<void(const Finding&)>;

}  // namespace rekey::renewal
