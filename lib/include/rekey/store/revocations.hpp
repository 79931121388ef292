#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "rekey/base/time.hpp"
#include "rekey/store/units_and_slots.hpp"

namespace rekey::store {

/// Why a certificate is not to be trusted any more: the reasons of RFC 5280, 5.3.1, but for those of revocations
/// that can be taken back (certificateHold, removeFromCRL). Revoked here is for good.
enum class RevocationReason {
    unspecified,
    key_compromise,
    ca_compromise,
    affiliation_changed,
    superseded,
    cessation_of_operation,
    privilege_withdrawn,
    aa_compromise
};
/// By their names there: `keyCompromise`.
REKEY_EXPORT std::string_view to_string(RevocationReason reason);
REKEY_EXPORT std::optional<RevocationReason> revocation_reason(std::string_view text);
/// As lists have them: CRLReason.
REKEY_EXPORT int code_of(RevocationReason reason);
REKEY_EXPORT std::optional<RevocationReason> reason_of_code(int code);

struct Revocation {
    std::int64_t seq = 0;  ///< grows with every revocation and every change of a reason
    Id certificate_id = 0;
    std::string number;
    Time not_after{};
    Time revoked_at{};
    RevocationReason reason = RevocationReason::unspecified;
};

/// Records the revocation of a certificate of one of the home's issuers, by any of its records; again, with another
/// reason, changes the reason and keeps the time. Its state becomes `revoked` as soon as it is out of use: now, or when
/// it is superseded. Throws Code::refused when its issuer is none of this home.
REKEY_EXPORT void revoke(Transaction& transaction, Id certificate_id, RevocationReason reason, Time now);
REKEY_EXPORT std::optional<Revocation> revocation_of(Reader& store, Id certificate_id);
/// Of certificates that slots of units that are not removed still use, or are about to; with the id of the record
/// there, once for each.
REKEY_EXPORT void each_revocation_in_use(Reader& store, const std::function<void(const Revocation&)>& visit);
/// What the issuers of one signer (`list_signer`) signed and that had not expired at `alive_at`, in order of `seq`.
REKEY_EXPORT void each_revocation(Reader& store, Id signer_id, Time alive_at,
                                  const std::function<void(const Revocation&)>& visit);
/// The newest `seq` of a signer; 0: it revoked nothing.
REKEY_EXPORT std::int64_t last_revocation(Reader& store, Id signer_id);

}  // namespace rekey::store
