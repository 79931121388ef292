#pragma once

#include <string>

namespace rekey::issuers {

/// What the sealed key of an issuer is bound to.
std::string seal_context(const std::string& uid);

}  // namespace rekey::issuers
