#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rekey/base/error.hpp"
#include "rekey/base/list_number.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/certificates.hpp"
#include "rekey/store/issuers.hpp"
#include "rekey/store/revocations.hpp"

namespace rekey::issuers {

struct RevokeRequest {
    store::RevocationReason reason = store::RevocationReason::unspecified;
    std::string comment;
    /// Also what a slot still uses, or is about to: it stays there, is due at once, and is `revoked` when it was
    /// replaced. Also a reason in place of keyCompromise.
    bool force = false;
    /// What it was revoked for when the caller looked.
    std::optional<store::RevocationReason> seen = {};
};

/// Revokes for good, audited. False: it was revoked for that reason before. Throws Code::refused without `force`
/// for what is in use, and for what no issuer of this home signed; Code::busy when it was revoked for something else
/// than was seen.
REKEY_EXPORT bool revoke(Home& home, const store::Certificate& certificate, const RevokeRequest& request,
                         const Stamp& stamp);

/// A list of what a signer revoked (CRL, RFC 5280 section 5), as it was written for one of its issuers. Issuers that
/// share a name and a key, as a CA and its renewed certificate do, share their lists.
struct RevocationList {
    std::string issuer;  ///< name
    ListNumber number;
    std::size_t entries = 0;
    std::size_t taken = 0;  ///< entries that the list that lay there had and this home did not know
    Time this_update{};
    Time next_update{};
    std::string der_path;  ///< empty: not written in this form
    std::string pem_path;
};

struct ListTarget {
    std::string path;
    bool pem = false;  ///< false: DER
    Period validity{.seconds = std::chrono::days{7}};
};

/// Makes the next list of the signer of `issuer` and puts it into the file of `target`, atomically and durably,
/// readable by all.
///
/// No list goes backwards: its number is larger than those of all lists that this home, one that it was restored
/// from, or a copy of it made before (it follows the clock, and never goes back with it), and is durable before the
/// list can be seen. When the signer's own list lies there, its entries are taken over first, audited, and its
/// number is passed. Who makes lists of one signer, or writes to one folder, at the same time takes turns.
///
/// Throws Code::refused when something else lies there (no list, or one of another key), Code::busy, and what the
/// folder and the seal throw.
REKEY_EXPORT RevocationList write_list(Home& home, const store::Issuer& issuer, const ListTarget& target,
                                       const Stamp& stamp);

struct Publication {
    std::vector<RevocationList> written;
    std::vector<Error> failures;  ///< one a signer whose lists could not be brought up to date
};

/// Keeps `<folder>/<issuer>.crl` (DER) and `<issuer>.crl.pem` up to date for every issuer that has not expired and may
/// sign lists: makes a new list where something was revoked since the last, where half of its validity is over, or
/// where a file is missing or not the one that this home put there. Changes nothing otherwise. The folder must exist.
REKEY_EXPORT Publication publish_lists(Home& home, const std::string& folder, Period validity, const Stamp& stamp);

/// Something about lists that the operator has to know.
struct ListConcern {
    std::string what;
    std::string remedy;
    bool repairable = false;  ///< `publish_lists` mends it
};
/// Whether revocations may be lost: lists in `folder` (empty: nowhere) that know more than the store, or that cannot be
/// read; lists made before the backup that this home came from; revocations that no list can tell of.
REKEY_EXPORT std::vector<ListConcern> list_concerns(store::Reader& store, const std::string& folder);

/// What can be said of the lists of an issuer.
struct ListState {
    bool may_sign = true;                  ///< its keyUsage allows it
    std::vector<std::string> shared_with;  ///< issuers of the same name and key
    ListNumber number;                     ///< of the newest list that is known; zero: none
    std::int64_t listed = 0;               ///< revoked certificates that only lists tell of
};
REKEY_EXPORT ListState list_state(store::Reader& store, const store::Issuer& issuer);

}  // namespace rekey::issuers
