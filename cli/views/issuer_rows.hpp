#pragma once

#include "rekey/issuers/issuers.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// An issuer as JSON has it: name, kind, subject, number, issued_at, expires_at, days_left, key, default,
/// fingerprint_sha256.
Json issuer_json(store::Reader& store, const store::Issuer& issuer, Time now);
extern const std::vector<std::string> issuer_keys;

/// What came of an issuer that was renewed, and what to do next.
void tell_renewed(Session& session, const issuers::Renewed& renewed);
/// What the chain of an issuer restricts, as warnings.
void tell_limits(Session& session, const store::Issuer& issuer);

}  // namespace rekey::cli
