#pragma once

#include <vector>

#include "rekey/renewal/overview.hpp"

namespace rekey::renewal {

/// The most urgent finding, of equals the first by kind; null: there are none but notes.
const Finding* worst_of(const std::vector<Finding>& findings);

}  // namespace rekey::renewal
