#pragma once

#include <optional>
#include <string>

#include "rekey/issuers/issuers.hpp"

namespace rekey::issuers {

/// As `create`, for a home that has no issuer yet; nothing where it has one, also one that somebody else makes at the
/// same time.
REKEY_EXPORT std::optional<store::Issuer> create_first(Home& home, const std::string& name, const Stamp& stamp,
                                                       const std::string& key = default_ca_key);

}  // namespace rekey::issuers
