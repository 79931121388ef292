#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/export.hpp"
#include "rekey/base/secret.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/issuers.hpp"

namespace rekey::issuers {

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
/// What signs where neither a slot nor a profile says otherwise. Throws Code::not_found when there is none.
REKEY_EXPORT store::Issuer get_default(store::Reader& store);
REKEY_EXPORT void set_default(Home& home, const std::string& name, const Stamp& stamp);

/// Throws Code::refused for an issuer that something needs: the default, one with certificates in use or moved slots,
/// with items that have not ended, or with a list that another issuer shares.
REKEY_EXPORT void require_removable(store::Reader& store, const store::Issuer& issuer);
/// Destroys its key (`tenants::finish_destroying` comes after it). What it signed stays in the history and can be
/// revoked no more; its name is free. Throws as `require_removable`, and Code::not_found.
REKEY_EXPORT void remove(Home& home, const std::string& name, const Stamp& stamp);
/// Its name in this home; certificates and lists do not have it. Throws Code::usage (no name, or its own),
/// Code::refused (taken). Returns it with its new name.
REKEY_EXPORT store::Issuer rename(Home& home, const std::string& name, const std::string& new_name, const Stamp& stamp);

/// The issuers' part of changing the seal (`Reseal`).
REKEY_EXPORT void reseal(store::Transaction& transaction, const crypto::SealKey& from, const crypto::SealKey& to);

/// The issuer's chain, its own certificate first.
REKEY_EXPORT std::string to_pem(const store::Issuer& issuer);

}  // namespace rekey::issuers
