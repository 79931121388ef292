#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// As lists have them: CRLReason.
int code_of(RevocationReason reason);
std::optional<RevocationReason> reason_of_code(int code);

/// Records the revocation of a certificate of one of the home's issuers, by any of its records; again, with another
/// reason, changes the reason and keeps the time. Its state becomes `revoked` as soon as it is out of use: now, or when
/// it is superseded. Throws Code::refused when its issuer is none of this home.
void revoke(Transaction& transaction, Id certificate_id, RevocationReason reason, Time now);
/// What the issuers of one signer (`list_signer`) signed and that had not expired at `alive_at`, in order of `seq`.
void each_revocation(Reader& store, Id signer_id, Time alive_at, const std::function<void(const Revocation&)>& visit);
/// The newest `seq` of a signer; 0: it revoked nothing.
std::int64_t last_revocation(Reader& store, Id signer_id);
/// Certificates that were revoked at this second or later, each once.
std::int64_t count_revocations_since(Reader& store, Time since);

}  // namespace rekey::store
