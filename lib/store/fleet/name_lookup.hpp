#pragma once

#include <string>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// The hint for a name that is not there: the one that was meant, if one is near, and `otherwise`.
std::string did_you_mean(Reader& store, NameKind what, const std::string& written, const std::string& otherwise);

}  // namespace rekey::store
