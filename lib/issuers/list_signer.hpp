#pragma once

#include <vector>

#include "crypto/certificates/certificate.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/certificates/revocation_lists.hpp"

namespace rekey::issuers {

/// Issuers that sign with one name and one key, as a CA and its renewed certificate do: what one of them revokes
/// belongs on the lists of all.
struct ListSigner {
    std::vector<store::Issuer> records;  ///< the first one recorded comes first

    store::Id id() const { return records.front().id; }
    const std::string& name() const { return records.front().name; }
};

crypto::X509Certificate certificate_of(const store::Issuer& issuer);

std::vector<ListSigner> list_signers(store::Reader& store);
ListSigner list_signer_of(store::Reader& store, store::Id issuer_id);
/// So that the store knows them too.
void record_list_signers(store::Transaction& transaction);

/// The largest number that the store knows of lists of the signer.
ListNumber last_list_number(store::Reader& store, const ListSigner& signer);
/// Larger than it, and than every number that this home, or a copy of it, gave out before `now`.
ListNumber next_list_number(store::Reader& store, const ListSigner& signer, Time now);
/// When a backup became this home; what was given out in that very second counts as before.
inline constexpr const char* restored_at_setting = "restored_at";

}  // namespace rekey::issuers
