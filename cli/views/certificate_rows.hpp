#pragma once

#include "rekey/store/fleet.hpp"
#include "views/label_cell.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// A certificate as JSON has it everywhere. `issued_at` is its notBefore, an hour before it was made.
Row certificate_row(const store::Certificate& certificate, Time now);
/// The same with all that is recorded of it, for one that is shown alone.
Row full_certificate_row(const store::Certificate& certificate, const std::optional<store::Revocation>& revocation,
                         Time now);

/// The word for a certificate in a place that its unit shows and nobody declared.
inline constexpr std::string_view found_state = "found";
/// Its state as lists show it.
std::string_view state_of(const store::Certificate& certificate);

/// A listing of certificates for the format that was asked for.
Listing certificate_listing(const Session& session);
/// Adds what only tables show: the slot's name, short numbers, dates without times, and that what is in use was
/// `revoked`. Programs also get `labels`, of its unit.
void print_certificate(Listing& listing, const Session& session, store::Reader& store,
                       const store::Certificate& certificate, Time now, bool revoked, LabelCell& labels);

}  // namespace rekey::cli
