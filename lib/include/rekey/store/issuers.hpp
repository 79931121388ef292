#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rekey/base/chain_end.hpp"
#include "rekey/base/facts.hpp"
#include "rekey/store/units_and_slots.hpp"

namespace rekey::store {

/// What signs. `uid` never changes and is part of what the sealed key is bound to.
struct Issuer {
    Id id = 0;
    std::string uid;  ///< 32 hex digits
    std::string name;
    std::string kind;  ///< `local`
    CertificateFacts facts;
    std::vector<Bytes> chain;  ///< DER, its own certificate first, up to the root
    ChainEnd chain_end;        ///< read from there; what it signs ends then at the latest
    Bytes sealed_key;          ///< empty once it was removed
    Time added_at{};
    std::optional<Time> removed_at = {};  ///< then only its id finds it, and its name says so
};

/// Throws Code::refused when the name is taken. Sets `id`.
REKEY_EXPORT void add_issuer(Transaction& transaction, Issuer& issuer);
REKEY_EXPORT std::optional<Issuer> find_issuer(Reader& store, const std::string& name);
REKEY_EXPORT std::optional<Issuer> find_issuer(Reader& store, Id id);
/// Gives it the certificate and chain of `issuer` (by its id), and keeps those that it had (`earlier_chains`).
REKEY_EXPORT void replace_issuer_chain(Transaction& transaction, Issuer& issuer, Time now);
/// Those that an issuer had before, oldest first.
REKEY_EXPORT std::vector<std::vector<Bytes>> earlier_chains(Reader& store, Id id);
/// For changing the seal: same value, other seal.
REKEY_EXPORT void reseal_issuer(Transaction& transaction, Id id, const Bytes& sealed_key);
/// Those with certificates in use on units that are not removed, and those that a slot was moved to.
REKEY_EXPORT std::set<Id> issuers_in_use(Reader& store);
/// The roots that everybody in the fleet has to trust to understand everybody else: of the issuers in use, and of those
/// that are about to sign (open or deferred items); also the roots that these issuers had before, until they end. DER,
/// each once, in the same order every time.
REKEY_EXPORT std::vector<Bytes> trusted_roots(Reader& store, Time now);
/// The greatest id; 0: there is none.
REKEY_EXPORT Id newest_issuer(Reader& store);
/// In order of name; without those that were removed.
REKEY_EXPORT std::vector<Issuer> issuers(Reader& store);
/// Whether an item that is open or deferred is to be signed by it.
REKEY_EXPORT bool has_open_items(Reader& store, Id id);
/// Gives it another name. Throws Code::refused when that is taken. Sets `issuer.name`.
REKEY_EXPORT void rename_issuer(Transaction& transaction, Issuer& issuer, const std::string& name);
/// Destroys its sealed key. It stays as what it signed names it, and its name is free.
REKEY_EXPORT void remove_issuer(Transaction& transaction, Issuer& issuer, Time now);

}  // namespace rekey::store
