#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "rekey/base/time.hpp"
#include "rekey/store/certificates.hpp"

namespace rekey::units {

/// One audit entry. Bytes that are not UTF-8 are replaced: the entry must not fail on what a unit holds.
void account(store::Store& store, const Stamp& stamp, const std::string& action, const std::string& subject,
             const nlohmann::json& detail);

/// What entries say of a certificate.
nlohmann::json summary(const CertificateFacts& facts);

}  // namespace rekey::units
