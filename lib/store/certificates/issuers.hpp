#pragma once

#include <set>
#include <vector>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Throws Code::refused when the name is taken. Sets `id`.
void add_issuer(Transaction& transaction, Issuer& issuer);
/// Gives it the certificate and chain of `issuer` (by its id), and keeps those that it had (`earlier_chains`).
void replace_issuer_chain(Transaction& transaction, Issuer& issuer, Time now);
/// Those that an issuer had before, oldest first.
std::vector<std::vector<Bytes>> earlier_chains(Reader& store, Id id);
/// For changing the seal: same value, other seal.
void reseal_issuer(Transaction& transaction, Id id, const Bytes& sealed_key);
/// Those with certificates in use on units that are not removed, and those that a slot was moved to.
std::set<Id> issuers_in_use(Reader& store);
/// The roots that everybody in the fleet has to trust to understand everybody else: of the issuers in use, and of those
/// that are about to sign (open or deferred items); also the roots that these issuers had before, until they end. DER,
/// each once, in the same order every time.
std::vector<Bytes> trusted_roots(Reader& store, Time now);
/// The greatest id; 0: there is none.
Id newest_issuer(Reader& store);
/// Whether an item that is open or deferred is to be signed by it.
bool has_open_items(Reader& store, Id id);
/// Gives it another name. Throws Code::refused when that is taken. Sets `issuer.name`.
void rename_issuer(Transaction& transaction, Issuer& issuer, const std::string& name);
/// Destroys its sealed key. It stays as what it signed names it, and its name is free.
void remove_issuer(Transaction& transaction, Issuer& issuer, Time now);

}  // namespace rekey::store
