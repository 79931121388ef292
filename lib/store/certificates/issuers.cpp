#include "store/certificates/issuers.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/fleet/certificate_rows.hpp"
#include "store/fleet/own_rules.hpp"
#include "store/sql/dialect.hpp"
#include "store/tenants/seals.hpp"

namespace rekey::store {

namespace {

/// What `issuers` has of an issuer, beside what its certificate says; the chain is apart.
constexpr std::tuple issuer_fields{
    record_field("uid", &Issuer::uid),           record_field("name", &Issuer::name),
    record_field("kind", &Issuer::kind),         record_field("sealed_key", &Issuer::sealed_key),
    record_field("added_at", &Issuer::added_at), record_field("removed_at", &Issuer::removed_at),
};

std::string select_issuers(std::string_view condition) {
    return fmt::format("SELECT i.id, {}, {} FROM issuers i {}", column_list(issuer_fields, "i."),
                       column_list(facts_fields, "i."), condition);
}

/// The chain and its end.
void read_chain(Reader& store, Issuer& issuer) {
    Query query(store,
                "SELECT d.der, d.subject, d.not_after FROM issuer_chains h JOIN chain_certificates d "
                "ON d.id = h.chain_certificate_id WHERE h.issuer_id = ? ORDER BY h.position",
                issuer.id);
    issuer.chain.clear();
    issuer.chain_end = {issuer.facts.not_after, {}};
    while (query.next()) {
        issuer.chain.push_back(query.bytes());
        auto subject = query.text();
        auto end = query.optional_time();
        if (issuer.chain.size() > 1 && end && *end < issuer.chain_end.at) issuer.chain_end = {*end, subject};
    }
}

void put_chain(Transaction& transaction, const Issuer& issuer) {
    for (std::size_t position = 0; position < issuer.chain.size(); ++position)
        change(transaction, "INSERT INTO issuer_chains(issuer_id, position, chain_certificate_id) VALUES(?, ?, ?)",
               issuer.id, static_cast<std::int64_t>(position), shared_certificate(transaction, issuer.chain[position]));
}

Issuer read_issuer(Reader& store, Query& row) {
    Issuer issuer;
    issuer.id = row.integer();
    read_fields(row, issuer_fields, issuer);
    read_fields(row, facts_fields, issuer.facts);
    read_chain(store, issuer);
    return issuer;
}

// Each question finds its answer by an index, however many certificates there are.
std::string select_in_use_issuers(Reader& store) {
    return fmt::format(
        "SELECT i.id FROM issuers i WHERE EXISTS(SELECT 1 FROM certificates c{} "
        "JOIN slots s ON s.id = c.slot_id JOIN units u ON u.id = s.unit_id WHERE c.issuer_id = i.id "
        "AND c.issuer_id IS NOT NULL AND c.ended_at IS NULL AND u.removed_at IS NULL) "
        "OR EXISTS(SELECT 1 FROM certificates c JOIN certificates o ON o.id = c.same_as JOIN slots s "
        "ON s.id = c.slot_id JOIN units u ON u.id = s.unit_id WHERE c.same_as IS NOT NULL AND o.issuer_id = i.id "
        "AND c.ended_at IS NULL AND u.removed_at IS NULL) "
        "OR EXISTS(SELECT 1 FROM slots s JOIN units u ON u.id = s.unit_id WHERE s.issuer_id = i.id "
        "AND u.removed_at IS NULL)",
        store.backend().dialect().by_index("certificates_issuer_in_use"));
}

std::optional<Issuer> first_issuer(Reader& store, Query& query) {
    if (!query.next()) return std::nullopt;
    return read_issuer(store, query);
}

void require_free_issuer_name(Reader& store, const std::string& name) {
    require_name(name, "issuer");
    if (exists(store, "SELECT 1 FROM issuers WHERE name = ?", name))
        throw Error(Code::refused, fmt::format("there is an issuer named {} already", name), "choose another name");
}

/// Gives the id.
Id add_issuer_row(Transaction& transaction, const Issuer& issuer) {
    static const std::string add = insert_sql("issuers", column_list(issuer_fields) + ", " + column_list(facts_fields));
    WriteQuery query(transaction, add);
    bind_fields(query, issuer_fields, issuer);
    bind_fields(query, facts_fields, issuer.facts);
    query.run();
    return transaction.backend().last_id();
}

}  // namespace

void add_issuer(Transaction& transaction, Issuer& issuer) {
    require_free_issuer_name(transaction, issuer.name);
    require_current_seal(transaction, issuer.sealed_key);
    issuer.id = add_issuer_row(transaction, issuer);
    put_chain(transaction, issuer);
    read_chain(transaction, issuer);
}

void replace_issuer_chain(Transaction& transaction, Issuer& issuer, Time now) {
    auto before = find_issuer(transaction, issuer.id);
    if (!before) throw Error(Code::not_found, fmt::format("there is no issuer with id {}", issuer.id));
    change(transaction,
           "INSERT INTO earlier_issuer_chains(issuer_id, generation, position, chain_certificate_id, replaced_at) "
           "SELECT h.issuer_id, 1 + coalesce((SELECT max(generation) FROM earlier_issuer_chains e "
           "WHERE e.issuer_id = h.issuer_id), 0), h.position, h.chain_certificate_id, ?2 FROM issuer_chains h "
           "WHERE h.issuer_id = ?1",
           issuer.id, now);
    change(transaction, "DELETE FROM issuer_chains WHERE issuer_id = ?", issuer.id);
    put_chain(transaction, issuer);
    // Where it signed itself, its number is one of those that it must not give again.
    if (before->facts.number != issuer.facts.number)
        change(transaction,
               "INSERT INTO reserved_numbers(number, item_id, reserved_at) VALUES(?, NULL, ?) ON CONFLICT DO NOTHING",
               before->facts.number, now);
    static const std::string set = update_sql("issuers", assignment_list(facts_fields));
    update_record(transaction, set, facts_fields, issuer.facts, issuer.id);
    read_chain(transaction, issuer);
}

std::vector<std::vector<Bytes>> earlier_chains(Reader& store, Id id) {
    Query query(store,
                "SELECT h.generation, d.der FROM earlier_issuer_chains h JOIN chain_certificates d "
                "ON d.id = h.chain_certificate_id WHERE h.issuer_id = ? ORDER BY h.generation, h.position",
                id);
    std::vector<std::vector<Bytes>> chains;
    while (query.next()) {
        auto generation = static_cast<std::size_t>(query.integer());
        if (chains.size() < generation) chains.resize(generation);
        chains[generation - 1].push_back(query.bytes());
    }
    return chains;
}

void reseal_issuer(Transaction& transaction, Id id, const Bytes& sealed_key) {
    if (sealed_key.empty()) throw Error(Code::failed, fmt::format("issuer {} cannot be sealed as nothing", id));
    require_current_seal(transaction, sealed_key);
    if (change(transaction, "UPDATE issuers SET sealed_key = ? WHERE id = ?", ByteView(sealed_key), id) == 0)
        throw Error(Code::not_found, fmt::format("there is no issuer with id {}", id));
}

std::optional<Issuer> find_issuer(Reader& store, const std::string& name) {
    Query query(store, select_issuers("WHERE i.name = ? AND i.removed_at IS NULL"), name);
    return first_issuer(store, query);
}

std::optional<Issuer> find_issuer(Reader& store, Id id) {
    Query query(store, select_issuers("WHERE i.id = ?"), id);
    return first_issuer(store, query);
}

std::set<Id> issuers_in_use(Reader& store) {
    Query query(store, select_in_use_issuers(store));
    std::set<Id> found;
    while (query.next()) found.insert(query.integer());
    return found;
}

std::vector<Bytes> trusted_roots(Reader& store, Time now) {
    auto sql = fmt::format(
        "WITH needed(id) AS ({} UNION SELECT issuer_id FROM items WHERE outcome IN ('open', 'deferred') "
        "AND issuer_id IS NOT NULL), roots(id) AS ("
        "SELECT h.chain_certificate_id FROM needed n JOIN issuer_chains h ON h.issuer_id = n.id WHERE h.position = "
        "(SELECT max(x.position) FROM issuer_chains x WHERE x.issuer_id = n.id) UNION "
        "SELECT h.chain_certificate_id FROM needed n JOIN earlier_issuer_chains h ON h.issuer_id = n.id "
        "WHERE h.position = (SELECT max(x.position) FROM earlier_issuer_chains x WHERE x.issuer_id = n.id "
        "AND x.generation = h.generation)) "
        "SELECT d.der FROM roots r JOIN chain_certificates d ON d.id = r.id "
        "WHERE d.not_after IS NULL OR d.not_after > ? ORDER BY d.fingerprint",
        select_in_use_issuers(store));
    Query query(store, sql, now);
    std::vector<Bytes> roots;
    while (query.next()) roots.push_back(query.bytes());
    return roots;
}

Id newest_issuer(Reader& store) { return count(store, "SELECT coalesce(max(id), 0) FROM issuers"); }

std::vector<Issuer> issuers(Reader& store) {
    Query query(store, select_issuers("WHERE i.removed_at IS NULL ORDER BY i.name"));
    std::vector<Issuer> found;
    while (query.next()) found.push_back(read_issuer(store, query));
    return found;
}

bool has_open_items(Reader& store, Id id) {
    return exists(store, "SELECT 1 FROM items WHERE issuer_id = ? AND outcome IN ('open', 'deferred')", id);
}

void rename_issuer(Transaction& transaction, Issuer& issuer, const std::string& name) {
    require_free_issuer_name(transaction, name);
    if (change(transaction, "UPDATE issuers SET name = ? WHERE id = ?", name, issuer.id) == 0)
        throw Error(Code::not_found, fmt::format("there is no issuer with id {}", issuer.id));
    rename_issuer_in_rules(transaction, issuer.name, name);
    issuer.name = name;
}

void remove_issuer(Transaction& transaction, Issuer& issuer, Time now) {
    // No name that another one could have.
    auto name = fmt::format("{} (removed {})", issuer.name, issuer.id);
    if (change(transaction, "UPDATE issuers SET name = ?, sealed_key = x'', removed_at = ? WHERE id = ?", name, now,
               issuer.id) == 0)
        throw Error(Code::not_found, fmt::format("there is no issuer with id {}", issuer.id));
    issuer.name = name;
    issuer.removed_at = now;
    issuer.sealed_key.clear();
}

}  // namespace rekey::store
