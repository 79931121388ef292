#pragma once

#include <vector>

#include "home/known_issuers.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey {

/// Says in `record`, before it is added, which issuer of this home signed the certificate, and as which earlier
/// record it is the same; nothing where no issuer here did. `chain`: DER, leaf first.
void attribute(store::Reader& store, const KnownIssuers& issuers, store::Certificate& record,
               const std::vector<Bytes>& chain);

/// `attribute_certificates`, as a part of a larger change.
int attribute_recorded(store::Transaction& transaction, const Stamp& stamp);

}  // namespace rekey
