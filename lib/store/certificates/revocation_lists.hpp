#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Lists of revoked certificates (CRLs) belong to a signer: a name and a key, which several issuers may share. A
/// signer is known by the first of its issuers.

/// The signer of an issuer; nothing until `set_list_signer` said so.
std::optional<Id> list_signer(Reader& store, Id issuer_id);
/// What was recorded for the issuer alone so far goes over to the signer.
void set_list_signer(Transaction& transaction, Id issuer_id, Id signer_id);

/// The lists of a signer.
struct SignerLists {
    ListNumber number;  ///< the largest that was given out or seen; durable before a list with it can be seen
    /// Of the last list that was seen through to its file.
    struct Written {
        ListNumber number;
        std::int64_t covers = 0;  ///< the newest `seq` of a revocation that it knows of
        Time this_update{};
        Time next_update{};
    };
    std::optional<Written> written;
    bool restored = false;  ///< the home came from a backup, and no list was made since
};
SignerLists signer_lists(Reader& store, Id signer_id);
/// Throws Code::failed when the number would go backwards.
void set_list_number(Transaction& transaction, Id signer_id, const ListNumber& number);
void record_list_written(Transaction& transaction, Id signer_id, const SignerLists::Written& list);
/// Of every signer: what its lists said since the backup is not known.
void mark_lists_restored(Transaction& transaction);

/// The list of an issuer that clients can fetch.
struct PublishedList {
    ListNumber number;
    std::string fingerprint_sha256;  ///< of its DER
};
std::optional<PublishedList> published_list(Reader& store, Id issuer_id);
void record_list_published(Transaction& transaction, Id issuer_id, const PublishedList& list);

/// What a list of the signer says about a certificate that is not in this store.
struct ListedRevocation {
    std::string number;
    Time revoked_at{};
    int reason = 0;  ///< CRLReason (RFC 5280, 5.3.1)
};
void each_listed_revocation(Reader& store, Id signer_id, const std::function<void(const ListedRevocation&)>& visit);
std::int64_t count_listed_revocations(Reader& store, Id signer_id);
bool is_listed(Reader& store, Id signer_id, const std::string& number);
/// False when it is there already.
bool add_listed_revocation(Transaction& transaction, Id signer_id, const ListedRevocation& revocation);

/// Certificates of the signer in this store with that number; two slots may hold one.
std::vector<Id> certificates_of_signer(Reader& store, Id signer_id, const std::string& number);
/// Revokes certificates of the signer whose numbers were listed before they came into this store.
void revoke_listed(Transaction& transaction, Id signer_id);

/// Revokes a certificate that has just come into the store, where a list of its issuer said so before.
void revoke_if_listed(Transaction& transaction, const Certificate& certificate);

}  // namespace rekey::store
