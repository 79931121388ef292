#pragma once

#include <optional>
#include <string>
#include <vector>

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
};

/// Revokes for good, audited. False: it was revoked for that reason before. Throws Code::refused without `force`
/// for what is in use, and for what no issuer of this home signed.
REKEY_EXPORT bool revoke(Home& home, const store::Certificate& certificate, const RevokeRequest& request,
                         const Stamp& stamp);

/// A list of what an issuer revoked (CRL, RFC 5280 section 5), as it was written.
struct RevocationList {
    std::string issuer;  ///< name
    std::int64_t number = 0;
    std::size_t entries = 0;
    Time this_update{};
    Time next_update{};
    std::string der_path;  ///< empty: not written in this form
    std::string pem_path;
};

struct ListTarget {
    std::string der_path;  ///< empty: not in this form
    std::string pem_path;
    bool published = false;  ///< by `publish_lists`
    Period validity{.seconds = std::chrono::days{7}};
};

/// Makes the next list of `issuer` and puts it into the files of `target`, each atomically and durably, readable
/// by all. Its number is durable before either can be seen. Who makes lists of one issuer at the same time takes
/// turns, so that an older one never takes the place of a newer. Throws what the folder and the seal throw.
REKEY_EXPORT RevocationList write_list(Home& home, const store::Issuer& issuer, const ListTarget& target,
                                       const Stamp& stamp);

/// Keeps `<folder>/<issuer>.crl` (DER) and `<issuer>.crl.pem` up to date for every issuer that has not expired: makes
/// a new list where something was revoked since the last, where half of its validity is over, or where a file is
/// missing. Changes nothing otherwise. The folder must exist.
REKEY_EXPORT std::vector<RevocationList> publish_lists(Home& home, const std::string& folder, Period validity,
                                                       const Stamp& stamp);

}  // namespace rekey::issuers
