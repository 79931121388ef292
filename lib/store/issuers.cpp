#include "rekey/store/issuers.hpp"

#include <fmt/format.h>

#include "rekey/base/error.hpp"
#include "store/certificate_rows.hpp"
#include "store/seals.hpp"

namespace rekey::store {

namespace {

std::string select_issuers(std::string_view condition) {
    return fmt::format("SELECT i.id, i.uid, i.name, i.kind, i.sealed_key, i.added_at, {} FROM issuers i {}",
                       facts_columns("i"), condition);
}

std::vector<Bytes> issuer_chain(Store& store, Id id) {
    Query query(store,
                "SELECT d.der FROM issuer_chains h JOIN chain_certificates d ON d.id = h.chain_certificate_id "
                "WHERE h.issuer_id = ? ORDER BY h.position",
                id);
    std::vector<Bytes> chain;
    while (query.next()) chain.push_back(query.bytes());
    return chain;
}

Issuer read_issuer(Store& store, Query& row) {
    Issuer issuer;
    issuer.id = row.integer();
    issuer.uid = row.text();
    issuer.name = row.text();
    issuer.kind = row.text();
    issuer.sealed_key = row.bytes();
    issuer.added_at = row.time();
    issuer.facts = read_facts(row);
    issuer.chain = issuer_chain(store, issuer.id);
    return issuer;
}

std::optional<Issuer> read_first(Store& store, Query& query) {
    if (!query.next()) return std::nullopt;
    return read_issuer(store, query);
}

}  // namespace

void add_issuer(Store& store, Issuer& issuer) {
    store.impl().require_transaction();
    require_name(issuer.name, "issuer");
    if (exists(store, "SELECT 1 FROM issuers WHERE name = ?", issuer.name))
        throw Error(Code::refused, fmt::format("there is an issuer named {} already", issuer.name),
                    "choose another name");
    require_current_seal(store, issuer.sealed_key);
    const CertificateFacts& facts = issuer.facts;
    issuer.id = insert(store,
                       "INSERT INTO issuers(uid, name, kind, number, subject, issuer_name, not_before, not_after, key, "
                       "signature, sans, usages, fingerprint, is_ca, sealed_key, added_at) "
                       "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       issuer.uid, issuer.name, issuer.kind, facts.number, facts.subject, facts.issuer,
                       facts.not_before, facts.not_after, facts.key, facts.signature, facts.sans, facts.usages,
                       facts.fingerprint_sha256, facts.is_ca, ByteView(issuer.sealed_key), issuer.added_at);
    for (std::size_t position = 0; position < issuer.chain.size(); ++position)
        change(store, "INSERT INTO issuer_chains(issuer_id, position, chain_certificate_id) VALUES(?, ?, ?)", issuer.id,
               static_cast<std::int64_t>(position), shared_certificate(store, issuer.chain[position]));
}

void reseal_issuer(Store& store, Id id, const Bytes& sealed_key) {
    if (sealed_key.empty()) throw Error(Code::failed, fmt::format("issuer {} cannot be sealed as nothing", id));
    require_current_seal(store, sealed_key);
    if (change(store, "UPDATE issuers SET sealed_key = ? WHERE id = ?", ByteView(sealed_key), id) == 0)
        throw Error(Code::not_found, fmt::format("there is no issuer with id {}", id));
}

std::optional<Issuer> find_issuer(Store& store, const std::string& name) {
    Query query(store, select_issuers("WHERE i.name = ?"), name);
    return read_first(store, query);
}

std::optional<Issuer> find_issuer(Store& store, Id id) {
    Query query(store, select_issuers("WHERE i.id = ?"), id);
    return read_first(store, query);
}

Id newest_issuer(Store& store) { return count(store, "SELECT coalesce(max(id), 0) FROM issuers"); }

std::vector<Issuer> issuers(Store& store) {
    Query query(store, select_issuers("ORDER BY i.name"));
    std::vector<Issuer> found;
    while (query.next()) found.push_back(read_issuer(store, query));
    return found;
}

}  // namespace rekey::store
