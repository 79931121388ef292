#pragma once

#include "home/known_issuers.hpp"
#include "units/survey/survey.hpp"

/// How a certificate that a unit shows gets on the record.
namespace rekey::units {

/// A record of the certificate that is shown, with the issuer of this home that signed it, if one did; not added yet,
/// its state is the caller's. Of one that was signed elsewhere, long texts are cut.
store::Certificate record_for(store::Reader& store, const KnownIssuers& issuers, const store::Slot& slot,
                              const Seen& seen, const Stamp& stamp);

/// Records what a declared slot holds, and returns whether that was unknown until now. What an issuer of this home
/// signed is the slot's active certificate where it has none and the key beside it fits, else a superseded one, which
/// can be taken. Anything else is foreign. Other foreign ones of the slot are gone.
bool record_held(store::Transaction& transaction, const KnownIssuers& issuers, const store::Slot& slot,
                 const Seen& seen, const Stamp& stamp);

/// Puts what a declared slot shows on the record before it is overwritten, as one that is in use until then. Nothing
/// for what cannot be read.
std::optional<CertificateFacts> record_shown(store::Transaction& transaction, const store::Slot& slot,
                                             const Holding& holding, const Stamp& stamp);

/// Foreign certificates of the slot, but for the one with this fingerprint, are not there any more: their records go
/// too, unless a renewal refers to them.
void drop_foreign(store::Transaction& transaction, const store::Slot& slot, const std::string& but_for,
                  const Stamp& stamp);

}  // namespace rekey::units
