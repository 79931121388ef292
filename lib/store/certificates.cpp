#include "rekey/store/certificates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rekey/base/error.hpp"
#include "store/certificate_rows.hpp"
#include "store/details_text.hpp"
#include "store/fleet_rows.hpp"
#include "store/listed.hpp"

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

std::optional<Certificate> read_first(Query& query) {
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

void require_no_other_active(Store& store, Id slot_id, Id but_for) {
    Query active(store, "SELECT number FROM certificates WHERE slot_id = ? AND state = 'active' AND id <> ?", slot_id,
                 but_for);
    if (active.next())
        throw Error(Code::refused,
                    fmt::format("{} has an active certificate already: {}", slot_text(store, slot_id), active.text()));
}

void require_new_number(Store& store, const std::string& number, Id issuer_id) {
    Query same(store, "SELECT slot_id FROM certificates WHERE number = ? AND issuer_id = ?", number, issuer_id);
    if (same.next())
        throw Error(Code::refused, fmt::format("the issuer has given number {} to {} already", printable(number),
                                               slot_text(store, same.integer())));
}

void add_chain(Store& store, Id certificate_id, const std::vector<Bytes>& chain) {
    for (std::size_t position = 0; position < chain.size(); ++position) {
        const Bytes& der = chain[position];
        if (position == 0)
            change(store, "INSERT INTO certificate_leaves(certificate_id, der) VALUES(?, ?)", certificate_id,
                   ByteView(der));
        else
            change(store,
                   "INSERT INTO certificate_chains(certificate_id, position, chain_certificate_id) VALUES(?, ?, ?)",
                   certificate_id, static_cast<std::int64_t>(position), shared_certificate(store, der));
    }
}

}  // namespace

void add_certificate(Store& store, Certificate& certificate, const std::vector<Bytes>& chain) {
    store.impl().require_transaction();
    slot_text(store, certificate.slot_id);  // there must be such a slot
    if (certificate.issuer_id) require_new_number(store, certificate.facts.number, *certificate.issuer_id);
    if (certificate.state == CertificateState::active) require_no_other_active(store, certificate.slot_id, 0);
    // History that is recorded afterwards ended, at the latest, when it was recorded.
    if (!has_ended(certificate.state))
        certificate.ended_at.reset();
    else if (!certificate.ended_at)
        certificate.ended_at = certificate.recorded_at;

    const CertificateFacts& facts = certificate.facts;
    auto details = facts.details ? std::optional(to_column(*facts.details)) : std::nullopt;
    certificate.id = insert(
        store,
        "INSERT INTO certificates(slot_id, number, subject, issuer_name, not_before, not_after, key, signature, sans, "
        "usages, fingerprint, is_ca, issuer_id, state, reason, predecessor, recorded_at, actor, comment, ended_at, "
        "details) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        certificate.slot_id, facts.number, facts.subject, facts.issuer, facts.not_before, facts.not_after, facts.key,
        facts.signature, facts.sans, facts.usages, facts.fingerprint_sha256, facts.is_ca, certificate.issuer_id,
        to_string(certificate.state), reason_word(certificate.reason), certificate.predecessor, certificate.recorded_at,
        certificate.actor, certificate.comment, certificate.ended_at, details);
    add_chain(store, certificate.id, chain);
    revoke_if_listed(store, certificate);
}

void set_certificate_state(Store& store, Id id, CertificateState state, Time now) {
    store.impl().require_transaction();
    Query known(store, "SELECT slot_id FROM certificates WHERE id = ?", id);
    if (!known.next()) throw Error(Code::not_found, fmt::format("there is no certificate with id {}", id));
    if (state == CertificateState::active) require_no_other_active(store, known.integer(), id);
    bool was_revoked =
        has_ended(state) && change(store, "UPDATE revocations SET in_use = 0 WHERE certificate_id = ?", id) != 0;
    // That waited only until it was out of use.
    if (was_revoked && state == CertificateState::superseded) state = CertificateState::revoked;
    // The first end counts: a superseded certificate that is revoked later ended when it was superseded.
    change(store,
           "UPDATE certificates SET state = ?, ended_at = CASE WHEN ? THEN coalesce(ended_at, ?) END WHERE id = ?",
           to_string(state), has_ended(state), now, id);
}

std::optional<Certificate> find_certificate(Store& store, Id id) {
    Query query(store, select_certificates() + "WHERE c.id = ?", id);
    return read_first(query);
}

std::optional<Certificate> certificate_in_use(Store& store, Id slot_id) {
    Query active(store, select_certificates() + "WHERE c.slot_id = ? AND c.state = 'active'", slot_id);
    if (auto certificate = read_first(active)) return certificate;
    Query foreign(store,
                  select_certificates() + "WHERE c.slot_id = ? AND c.state = 'foreign' ORDER BY c.id DESC LIMIT 1",
                  slot_id);
    return read_first(foreign);
}

std::optional<Certificate> find_in_slot(Store& store, Id slot_id, const std::string& fingerprint_sha256) {
    // The same certificate may come back after it was superseded; the last record tells.
    Query query(store, select_certificates() + "WHERE c.slot_id = ? AND c.fingerprint = ? ORDER BY c.id DESC LIMIT 1",
                slot_id, fingerprint_sha256);
    return read_first(query);
}

std::vector<Certificate> find_by_number(Store& store, const std::string& prefix, int limit) {
    std::string first = prefix;
    std::transform(first.begin(), first.end(), first.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    // Numbers are hex digits only, so that all with this beginning come before the beginning and a 'G'.
    Query query(store, select_certificates() + "WHERE c.number >= ? AND c.number < ? ORDER BY c.number, c.id LIMIT ?",
                first, first + "G", std::max(limit, 0));
    return read_all(query);
}

std::vector<Bytes> chain_of(Store& store, Id id) {
    Query query(store,
                "SELECT der, 0 AS position FROM certificate_leaves WHERE certificate_id = ?1 UNION ALL "
                "SELECT d.der, h.position FROM certificate_chains h JOIN chain_certificates d "
                "ON d.id = h.chain_certificate_id WHERE h.certificate_id = ?1 ORDER BY position",
                id);
    std::vector<Bytes> chain;
    while (query.next()) chain.push_back(query.bytes());
    return chain;
}

std::vector<Certificate> history_of(Store& store, Id slot_id) {
    Query query(store, select_certificates() + "WHERE c.slot_id = ? ORDER BY c.id", slot_id);
    return read_all(query);
}

bool number_known(Store& store, const std::string& number) {
    return exists(store,
                  "SELECT 1 WHERE EXISTS(SELECT 1 FROM certificates WHERE number = ?1) "
                  "OR EXISTS(SELECT 1 FROM reserved_numbers WHERE number = ?1) "
                  "OR EXISTS(SELECT 1 FROM issuers WHERE number = ?1)",
                  number);
}

void reserve_number(Store& store, const std::string& number, Id item_id, Time now) {
    store.impl().require_transaction();
    if (number_known(store, number))
        throw Error(Code::refused, fmt::format("the number {} has been used already", printable(number)));
    change(store, "INSERT INTO reserved_numbers(number, item_id, reserved_at) VALUES(?, ?, ?)", number,
           reference(item_id), now);
}

}  // namespace rekey::store
