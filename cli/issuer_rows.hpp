#pragma once

#include "listing.hpp"
#include "rekey/store/issuers.hpp"

namespace rekey::cli {

/// An issuer as JSON has it: name, kind, subject, number, issued_at, expires_at, days_left, key, default,
/// fingerprint_sha256.
Json issuer_json(store::Store& store, const store::Issuer& issuer, Time now);
extern const std::vector<std::string> issuer_keys;

}  // namespace rekey::cli
