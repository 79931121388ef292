#pragma once

#include "rekey/issuers/issuers.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// An issuer as listings and `issuers show` have it. `is_default`: the home signs with it where no rule names another.
Row issuer_row(const store::Issuer& issuer, bool is_default, Time now);

/// What came of an issuer that was renewed, and what to do next.
void tell_renewed(Session& session, const issuers::Renewed& renewed);
/// What the chain of an issuer restricts, as warnings.
void tell_limits(Session& session, const store::Issuer& issuer);

}  // namespace rekey::cli
