#pragma once

#include <optional>
#include <string>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"

/// What is kept in one column as a JSON object.
namespace rekey::store {

std::string to_column(const CertificateDetails& details);
/// Throws Code::corrupt.
CertificateDetails details_from(const std::string& column);

std::string to_column(const KeptDetails& kept);
/// Throws Code::corrupt.
KeptDetails kept_from(const std::string& column);

}  // namespace rekey::store
