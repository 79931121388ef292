#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rekey::policy {

/// The hint for a key that is not known: the one of `known` that was meant, or all of them when
/// none is near.
std::string suggestion(std::string_view written, const std::vector<std::string_view>& known);

}  // namespace rekey::policy
