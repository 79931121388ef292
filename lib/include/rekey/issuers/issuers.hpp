// Issuers: what signs certificates, and the lists of those that it revoked.
//
// `create` makes a local CA, `add` brings one along; the first of a home is its default. `revoke` records a revocation,
// and `publish_lists` brings the lists of all issuers up to date afterwards. What an issuer has signed is looked up in
// rekey/store/fleet.hpp.
//
//     auto issuer = rekey::issuers::create(home, "local", stamp);
//     rekey::issuers::revoke(home, certificate, {.reason = rekey::store::RevocationReason::key_compromise}, stamp);
//     rekey::Period week{.seconds = std::chrono::days{7}};
//     auto published = rekey::issuers::publish_lists(home, "/srv/crl", week, stamp);
//
// What may not sign is Code::refused, what is no certificate or key Code::usage, a name that is not there
// Code::not_found. Where the lists of one signer fail, `Publication` says so, and those of others are written.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::issuers {

// Issuers
// -------

inline constexpr const char* default_ca_key = "ec-p256";

/// A new local CA with a key of the kind `key`: 30 years, its key sealed in the store. The first issuer of a home
/// becomes its default. Throws Code::refused when the name is taken, Code::usage when such keys cannot be made.
REKEY_EXPORT store::Issuer create(Home& home, const std::string& name, const Stamp& stamp,
                                  const std::string& key = default_ca_key);

/// Throws Code::usage for an organization that no CA could have in its name, or a key that none can be made of. To be
/// asked before a home is made.
REKEY_EXPORT void require_creatable(const std::string& organization, const std::string& key, Time now);

/// What came of giving an issuer another certificate or chain.
struct Renewed {
    store::Issuer issuer;
    bool changed = false;  ///< false: it has just that already
};

/// A CA that is brought along. `certificate_file`: its certificate first, then the rest of the chain up
/// to a self-signed root; `ask` is called for the passphrase of an encrypted key. Throws Code::usage
/// for what is no certificate or key, Code::refused for what may not or cannot sign now: no CA, key
/// of another certificate, expired (it, or one of its chain), incomplete chain, known under another name. Where `name`
/// is an issuer with this name and key, that gets this chain, as by `renew`.
///
/// `list_file`: the newest list of revoked certificates that this CA made (DER or PEM; empty: none). The lists made
/// here go on after its number and keep its entries. Throws Code::refused when the CA did not sign it.
REKEY_EXPORT Renewed add(Home& home, const std::string& name, const std::string& certificate_file,
                         const std::string& key_file, const std::function<Secret()>& ask, const Stamp& stamp,
                         const std::string& list_file = {});

/// The same with key, certificate and chain from one PKCS #12 file. `ask` is called for its passphrase.
REKEY_EXPORT Renewed add_pkcs12(Home& home, const std::string& name, const std::string& file,
                                const std::function<Secret()>& ask, const Stamp& stamp,
                                const std::string& list_file = {});

/// Gives an issuer another certificate, or another chain, for the same name and key; what it has signed stays valid
/// below it, and its lists of revoked certificates go on. Without a file a root makes its own anew: the same key, name,
/// begin and extensions, another number, 30 years from now. `certificate_file`: as for `add`. The chain before is kept
/// in the store. Throws Code::usage for what is no certificate, Code::refused for another name or key, a chain that is
/// incomplete, has ended or has not begun, and for a CA that another one signed when no file is given.
REKEY_EXPORT Renewed renew(Home& home, const std::string& name, const std::string& certificate_file,
                           const Stamp& stamp);

/// What certificates of its chain restrict in all that it signs, in words; none: nothing.
REKEY_EXPORT std::vector<std::string> limits(const store::Issuer& issuer);

/// The roots that everybody in the fleet has to trust while it moves from one issuer to another, PEM: what units have
/// as `trust.pem`.
REKEY_EXPORT std::string trust_pem(store::Reader& store, Time now);

/// Throws Code::not_found, naming those that exist.
REKEY_EXPORT store::Issuer get(store::Reader& store, const std::string& name);
/// The issuer that signs where neither a slot nor the rules name one. Throws Code::not_found when there is none.
REKEY_EXPORT store::Issuer get_default(store::Reader& store);
REKEY_EXPORT void set_default(Home& home, const std::string& name, const Stamp& stamp);

/// Throws Code::refused for an issuer that something needs: the default, one that a unit's own rules name,
/// with certificates in use or moved slots, with items that have not ended, or with a list that another issuer shares.
REKEY_EXPORT void require_removable(store::Reader& store, const store::Issuer& issuer);
/// Destroys its key (`tenants::finish_destroying` comes after it). What it signed stays in the history and can be
/// revoked no more; its name is free. `require_more` throws where
/// something else needs it, as policy may; it is called in the transaction that removes. Throws as `require_removable`,
/// and Code::not_found.
REKEY_EXPORT void remove(Home& home, const std::string& name, const Stamp& stamp,
                         const std::function<void(store::Reader&)>& require_more);
/// Its name in this home; certificates and lists do not have it. Units' own rules follow, the policy document does not.
/// Throws Code::usage (no name, or its own), Code::refused (taken). Returns it with its new name.
REKEY_EXPORT store::Issuer rename(Home& home, const std::string& name, const std::string& new_name, const Stamp& stamp);

/// The issuers' part of changing the seal (`Reseal`).
REKEY_EXPORT void reseal(store::Transaction& transaction, const crypto::SealKey& from, const crypto::SealKey& to);

/// The issuer's chain, its own certificate first.
REKEY_EXPORT std::string to_pem(const store::Issuer& issuer);

/// As `create`, for a home that has no issuer yet; nothing where it has one, also one that somebody else makes at the
/// same time.
REKEY_EXPORT std::optional<store::Issuer> create_first(Home& home, const std::string& name, const Stamp& stamp,
                                                       const std::string& key = default_ca_key);

// Revocation and its lists
// ------------------------

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
/// list can be seen. If the signer's own list is there, its entries are taken over first, audited, and its
/// number is passed. Who makes lists of one signer, or writes to one folder, at the same time takes turns.
///
/// Throws Code::refused when something else is there (no list, or one of another key), Code::busy, and what the
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
