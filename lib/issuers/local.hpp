#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "issuers/issuer.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::issuers {

/// As `store::Issuer::kind` says it of a CA whose key is in the home's store.
inline constexpr const char* local_kind = "local";

/// The CA, ready to sign. Throws as `open_authority`.
std::unique_ptr<OpenIssuer> open_local(Home& home, const store::Issuer& record);

/// What the sealed key of an issuer is bound to.
std::string seal_context(const std::string& uid);

/// With its key out of the seal. Throws Code::corrupt or Code::refused when the seal does not open, Code::refused for
/// an issuer that is no local CA.
crypto::Authority open_authority(Home& home, const store::Issuer& record);

/// Issuers whose keys `key` sealed, by its id, and does not open: damaged ones.
std::vector<std::string> damaged_keys(store::Reader& store, const crypto::SealKey& key);

}  // namespace rekey::issuers
