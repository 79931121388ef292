#include "store/certificates/certificates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/certificates/mark_revocation.hpp"
#include "store/certificates/revocation_lists.hpp"
#include "store/fleet/certificate_rows.hpp"
#include "store/fleet/details_text.hpp"
#include "store/fleet/fleet_rows.hpp"

namespace rekey::store {

namespace {

/// Every certificate with the name of its slot; conditions follow.
const std::string& select_certificates() {
    static const std::string sql = fmt::format(
        "SELECT u.name, s.node, s.type, {} FROM certificates c JOIN slots s ON s.id = c.slot_id "
        "JOIN units u ON u.id = s.unit_id ",
        certificate_columns());
    return sql;
}

Certificate read_named(Query& row) { return read_certificate(row, row.slot_name()); }

std::optional<Certificate> first_certificate(Query& query) {
    if (!query.next()) return std::nullopt;
    return read_named(query);
}

std::vector<Certificate> read_all(Query& query) {
    std::vector<Certificate> found;
    while (query.next()) found.push_back(read_named(query));
    return found;
}

bool has_ended(CertificateState state) {
    return state == CertificateState::superseded || state == CertificateState::revoked ||
           state == CertificateState::rejected;
}

void require_no_other_active(Reader& store, Id slot_id, Id but_for) {
    Query active(store, "SELECT number FROM certificates WHERE slot_id = ? AND state = 'active' AND id <> ?", slot_id,
                 but_for);
    if (active.next())
        throw Error(Code::refused,
                    fmt::format("{} has an active certificate already: {}", slot_text(store, slot_id), active.text()));
}

/// Where the certificate was met first, if an issuer of this home signed it.
std::optional<Id> first_record(Reader& store, const Certificate& certificate) {
    if (certificate.same_as || !certificate.issuer_id) return certificate.same_as;
    Query known(store, "SELECT id FROM certificates WHERE number = ? AND fingerprint = ? AND issuer_id IS NOT NULL",
                certificate.facts.number, certificate.facts.fingerprint_sha256);
    if (!known.next()) return std::nullopt;
    return known.integer();
}

void require_new_number(Reader& store, const std::string& number, Id issuer_id) {
    Query same(store, "SELECT slot_id FROM certificates WHERE number = ? AND issuer_id = ?", number, issuer_id);
    if (same.next())
        throw Error(Code::refused, fmt::format("the issuer has given number {} to {} already", printable(number),
                                               slot_text(store, same.integer())));
}

/// What is above the leaf.
void add_above(Transaction& transaction, Id certificate_id, const std::vector<Bytes>& chain) {
    for (std::size_t position = 1; position < chain.size(); ++position)
        change(transaction,
               "INSERT INTO certificate_chains(certificate_id, position, chain_certificate_id) VALUES(?, ?, ?)",
               certificate_id, static_cast<std::int64_t>(position), shared_certificate(transaction, chain[position]));
}

void add_chain(Transaction& transaction, Id certificate_id, const std::vector<Bytes>& chain) {
    if (chain.empty()) return;
    change(transaction, "INSERT INTO certificate_leaves(certificate_id, der) VALUES(?, ?)", certificate_id,
           ByteView(chain.front()));
    add_above(transaction, certificate_id, chain);
}

Certificate get_certificate(Transaction& transaction, Id id) {
    if (auto certificate = find_certificate(transaction, id)) return std::move(*certificate);
    throw Error(Code::not_found, fmt::format("there is no certificate with id {}", id));
}

void note_chain_end(Transaction& transaction, Certificate& certificate) {
    change(transaction, std::string(note_chain_ends) + "WHERE id = ?", certificate.id);
    certificate.chain_end = get_certificate(transaction, certificate.id).chain_end;
}

/// The same for a new one. Most leaves end before all that is above them, and their rows stay as they were added.
void note_first_chain_end(Transaction& transaction, Certificate& certificate) {
    bool ends_earlier = exists(transaction,
                               "SELECT 1 FROM certificate_chains h JOIN chain_certificates d "
                               "ON d.id = h.chain_certificate_id WHERE h.certificate_id = ? AND d.not_after < ?",
                               certificate.id, certificate.facts.not_after);
    if (ends_earlier) return note_chain_end(transaction, certificate);
    certificate.chain_end = {certificate.facts.not_after, {}};
}

std::vector<Id> shared_in_chain(Reader& store, Id certificate_id) {
    Query query(store, "SELECT DISTINCT chain_certificate_id FROM certificate_chains WHERE certificate_id = ?",
                certificate_id);
    std::vector<Id> found;
    while (query.next()) found.push_back(query.integer());
    return found;
}

/// Gives the id. `issuer`: none where the same certificate is on record before.
Id add_certificate_row(Transaction& transaction, const Certificate& certificate, std::optional<Id> issuer) {
    static const std::string add = insert_sql(
        "certificates",
        fmt::format("slot_id, issuer_id, {}, {}, details", column_list(facts_fields), column_list(certificate_fields)));
    const auto& details = certificate.facts.details;
    WriteQuery query(transaction, add, certificate.slot_id, issuer);
    bind_fields(query, facts_fields, certificate.facts);
    bind_fields(query, certificate_fields, certificate);
    query.bind(details ? std::optional(to_column(*details)) : std::nullopt);
    query.run();
    return transaction.backend().last_id();
}

}  // namespace

void add_certificate(Transaction& transaction, Certificate& certificate, const std::vector<Bytes>& chain) {
    slot_text(transaction, certificate.slot_id);  // there must be such a slot
    certificate.same_as = first_record(transaction, certificate);
    auto issuer = certificate.same_as ? std::nullopt : certificate.issuer_id;
    if (issuer) require_new_number(transaction, certificate.facts.number, *issuer);
    if (certificate.state == CertificateState::active) require_no_other_active(transaction, certificate.slot_id, 0);
    // History that is recorded afterwards ended, at the latest, when it was recorded.
    if (!has_ended(certificate.state))
        certificate.ended_at.reset();
    else if (!certificate.ended_at)
        certificate.ended_at = certificate.recorded_at;

    certificate.id = add_certificate_row(transaction, certificate, issuer);
    add_chain(transaction, certificate.id, chain);
    note_first_chain_end(transaction, certificate);
    if (!certificate.same_as) revoke_if_listed(transaction, certificate);
    if (!certificate.ended_at) mark_revocation(transaction, certificate.id);
}

void set_certificate_state(Transaction& transaction, Id id, CertificateState state, Time now) {
    Query known(transaction, "SELECT slot_id FROM certificates WHERE id = ?", id);
    if (!known.next()) throw Error(Code::not_found, fmt::format("there is no certificate with id {}", id));
    if (state == CertificateState::active) require_no_other_active(transaction, known.integer(), id);
    // That waited only until it was out of use.
    if (state == CertificateState::superseded && revocation_of(transaction, id)) state = CertificateState::revoked;
    // The first end counts: a superseded certificate that is revoked later ended when it was superseded.
    change(transaction,
           "UPDATE certificates SET state = ?, ended_at = CASE WHEN ? THEN coalesce(ended_at, ?) END WHERE id = ?",
           to_string(state), has_ended(state), now, id);
    mark_revocation(transaction, id);
}

std::optional<Certificate> find_certificate(Reader& store, Id id) {
    Query query(store, select_certificates() + "WHERE c.id = ?", id);
    return first_certificate(query);
}

std::optional<Certificate> certificate_in_use(Reader& store, Id slot_id) {
    Query active(store, select_certificates() + "WHERE c.slot_id = ? AND c.state = 'active'", slot_id);
    if (auto certificate = first_certificate(active)) return certificate;
    Query foreign(store,
                  select_certificates() + "WHERE c.slot_id = ? AND c.state = 'foreign' ORDER BY c.id DESC LIMIT 1",
                  slot_id);
    return first_certificate(foreign);
}

std::optional<Certificate> find_in_slot(Reader& store, Id slot_id, const std::string& fingerprint_sha256) {
    // The same certificate may come back after it was superseded; the last record tells.
    Query query(store, select_certificates() + "WHERE c.slot_id = ? AND c.fingerprint = ? ORDER BY c.id DESC LIMIT 1",
                slot_id, fingerprint_sha256);
    return first_certificate(query);
}

std::vector<Certificate> find_by_number(Reader& store, const std::string& prefix, int limit, Signers signers) {
    std::string first = prefix;
    std::transform(first.begin(), first.end(), first.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    // Numbers are hex digits only, so that all with this beginning come before the beginning and a 'G'.
    Query query(store,
                select_certificates() + "WHERE c.number >= ? AND c.number < ? AND c.same_as IS NULL" +
                    (signers == Signers::here ? " AND c.issuer_id IS NOT NULL" : "") +
                    " ORDER BY c.number, c.id LIMIT ?",
                first, first + "G", std::max(limit, 0));
    return read_all(query);
}

namespace {

/// How many digits a number shares with another: with one of its neighbours in order of number the most.
std::size_t digits_shared(Reader& store, const std::string& number) {
    std::size_t most = 0;
    for (const auto* neighbour : {"SELECT number FROM certificates WHERE number < ? ORDER BY number DESC LIMIT 1",
                                  "SELECT number FROM certificates WHERE number > ? ORDER BY number LIMIT 1"}) {
        Query query(store, neighbour, number);
        if (!query.next()) continue;
        auto other = query.text();
        auto length = std::min(number.size(), other.size());
        auto differs =
            std::mismatch(number.begin(), number.begin() + static_cast<std::ptrdiff_t>(length), other.begin());
        most = std::max(most, static_cast<std::size_t>(differs.first - number.begin()));
    }
    return most;
}

}  // namespace

std::string short_number(Reader& store, const std::string& number) {
    constexpr std::size_t fewest_digits = 12;
    // What others signed may have a number below zero.
    auto fewest = fewest_digits + (number.starts_with('-') ? 1 : 0);
    if (number.size() <= fewest) return number;
    return number.substr(0, std::max(fewest, digits_shared(store, number) + 1));
}

std::optional<Certificate> find_signed(Reader& store, const std::string& number, const std::vector<Id>& issuers) {
    for (Id issuer : issuers) {
        Query query(store, select_certificates() + "WHERE c.number = ? AND c.issuer_id = ?", number, issuer);
        if (auto found = first_certificate(query)) return found;
    }
    return std::nullopt;
}

std::vector<Certificate> records_of(Reader& store, Id id) {
    Query query(store,
                select_certificates() +
                    "WHERE c.id = (SELECT coalesce(same_as, id) FROM certificates WHERE id = ?1) "
                    "OR c.same_as = (SELECT coalesce(same_as, id) FROM certificates WHERE id = ?1) ORDER BY c.id",
                id);
    return read_all(query);
}

std::vector<Certificate> uses_of(Reader& store, Id id) {
    Query query(store,
                select_certificates() +
                    "WHERE (c.id = (SELECT coalesce(same_as, id) FROM certificates WHERE id = ?1) "
                    "OR c.same_as = (SELECT coalesce(same_as, id) FROM certificates WHERE id = ?1)) "
                    "AND c.ended_at IS NULL AND s.declared = 1 AND u.removed_at IS NULL ORDER BY c.id",
                id);
    return read_all(query);
}

void attribute_certificate(Transaction& transaction, Id id, Id issuer, const std::vector<Id>& sharing_key, Time now) {
    auto certificate = get_certificate(transaction, id);
    if (certificate.issuer_id) return;
    auto first = find_signed(transaction, certificate.facts.number, sharing_key);
    change(transaction, "UPDATE certificates SET issuer_id = ?, same_as = ? WHERE id = ?",
           first ? std::nullopt : std::optional(issuer), first ? std::optional(first->id) : std::nullopt, id);
    if (!first) revoke_if_listed(transaction, get_certificate(transaction, id));
    if (certificate.state != CertificateState::foreign || certificate.found) return mark_revocation(transaction, id);
    bool filled =
        exists(transaction, "SELECT 1 FROM certificates WHERE slot_id = ? AND state = 'active'", certificate.slot_id);
    set_certificate_state(transaction, id, filled ? CertificateState::superseded : CertificateState::active, now);
}

void each_unattributed(Reader& store, const std::function<void(const Certificate&)>& visit) {
    Query query(store, select_certificates() +
                           "WHERE c.issuer_id IS NULL AND c.same_as IS NULL "
                           "AND c.issuer_name IN (SELECT subject FROM issuers) ORDER BY c.id");
    while (query.next()) visit(read_named(query));
}

bool forget_certificate(Transaction& transaction, Id id) {
    if (exists(transaction,
               "SELECT 1 FROM certificates c WHERE c.id = ?1 AND (c.issuer_id IS NOT NULL "
               "OR EXISTS(SELECT 1 FROM items WHERE old_certificate_id = ?1) "
               "OR EXISTS(SELECT 1 FROM items WHERE new_certificate_id = ?1))",
               id))
        return false;
    change(transaction, "DELETE FROM certificate_leaves WHERE certificate_id = ?", id);
    change(transaction, "UPDATE certificates SET chain_end = NULL, chain_end_id = NULL WHERE id = ?", id);
    for (Id above : shared_in_chain(transaction, id)) {
        change(transaction, "DELETE FROM certificate_chains WHERE certificate_id = ? AND chain_certificate_id = ?", id,
               above);
        change(transaction,
               "DELETE FROM chain_certificates WHERE id = ?1 "
               "AND NOT EXISTS(SELECT 1 FROM certificate_chains WHERE chain_certificate_id = ?1) "
               "AND NOT EXISTS(SELECT 1 FROM issuer_chains WHERE chain_certificate_id = ?1) "
               "AND NOT EXISTS(SELECT 1 FROM earlier_issuer_chains WHERE chain_certificate_id = ?1)",
               above);
    }
    return change(transaction, "DELETE FROM certificates WHERE id = ?", id) == 1;
}

std::vector<Bytes> chain_of(Reader& store, Id id) {
    Query query(store,
                "SELECT der, 0 AS position FROM certificate_leaves WHERE certificate_id = ?1 UNION ALL "
                "SELECT d.der, h.position FROM certificate_chains h JOIN chain_certificates d "
                "ON d.id = h.chain_certificate_id WHERE h.certificate_id = ?1 ORDER BY position",
                id);
    std::vector<Bytes> chain;
    while (query.next()) chain.push_back(query.bytes());
    return chain;
}

ChainEnd replace_chain(Transaction& transaction, Id id, const std::vector<Bytes>& chain) {
    auto certificate = find_certificate(transaction, id);
    auto before = chain_of(transaction, id);
    if (!certificate || before.empty() || chain.empty() || before.front() != chain.front())
        throw Error(Code::failed, fmt::format("the chain is not one of certificate {}", id));
    change(transaction, "DELETE FROM certificate_chains WHERE certificate_id = ?", id);
    add_above(transaction, id, chain);
    note_chain_end(transaction, *certificate);
    return certificate->chain_end;
}

std::vector<Certificate> history_of(Reader& store, Id slot_id) {
    Query query(store, select_certificates() + "WHERE c.slot_id = ? ORDER BY c.id", slot_id);
    return read_all(query);
}

std::vector<Certificate> certificates_held(Reader& store, Id slot_id) {
    Query query(store, select_certificates() + "WHERE c.slot_id = ? AND c.ended_at IS NULL ORDER BY c.id", slot_id);
    return read_all(query);
}

bool number_known(Reader& store, const std::string& number) {
    return exists(store,
                  "SELECT 1 WHERE EXISTS(SELECT 1 FROM certificates WHERE number = ?1) "
                  "OR EXISTS(SELECT 1 FROM reserved_numbers WHERE number = ?1) "
                  "OR EXISTS(SELECT 1 FROM issuers WHERE number = ?1)",
                  number);
}

void reserve_number(Transaction& transaction, const std::string& number, Id item_id, Time now) {
    if (number_known(transaction, number))
        throw Error(Code::refused, fmt::format("the number {} has been used already", printable(number)));
    change(transaction, "INSERT INTO reserved_numbers(number, item_id, reserved_at) VALUES(?, ?, ?)", number,
           reference(item_id), now);
}

}  // namespace rekey::store
