#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rekey::policy {

/// Throws Code::usage unless a certificate can carry the name: X.520's longest lengths, characters
/// that the attribute may have, no control characters.
void require_carriable(const std::vector<std::pair<std::string, std::string>>& attributes);

}  // namespace rekey::policy
