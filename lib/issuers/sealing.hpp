#pragma once

#include <string>

#include "crypto/certificates/certificate.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/issuers.hpp"

namespace rekey::issuers {

/// What the sealed key of an issuer is bound to.
std::string seal_context(const std::string& uid);

/// With its key out of the seal. Throws Code::corrupt or Code::refused when the seal does not open.
crypto::Authority open_authority(Home& home, const store::Issuer& record);

}  // namespace rekey::issuers
