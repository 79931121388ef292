#include "rekey/store/revocations.hpp"

#include <fmt/format.h>

#include "rekey/base/error.hpp"
#include "rekey/store/certificates.hpp"
#include "store/query.hpp"
#include "store/words.hpp"

namespace rekey::store {

namespace {

constexpr Words<8> reasons = {"unspecified", "keyCompromise",        "cACompromise",       "affiliationChanged",
                              "superseded",  "cessationOfOperation", "privilegeWithdrawn", "aACompromise"};

constexpr const char* select_revocations =
    "SELECT v.seq, v.certificate_id, c.number, c.not_after, v.revoked_at, v.reason FROM revocations v "
    "CROSS JOIN certificates c ON c.id = v.certificate_id ";

Revocation read_revocation(Query& row) {
    Revocation revocation;
    revocation.seq = row.integer();
    revocation.certificate_id = row.integer();
    revocation.number = row.text();
    revocation.not_after = row.time();
    revocation.revoked_at = row.time();
    revocation.reason = stored_value_of<RevocationReason>(reasons, row.text());
    return revocation;
}

void visit_all(Query& query, const std::function<void(const Revocation&)>& visit) {
    while (query.next()) visit(read_revocation(query));
}

}  // namespace

std::string_view to_string(RevocationReason reason) { return word_for(reasons, reason); }
std::optional<RevocationReason> revocation_reason(std::string_view text) {
    return value_of<RevocationReason>(reasons, text);
}

void revoke(Store& store, Id certificate_id, RevocationReason reason, Time now) {
    store.impl().require_transaction();
    auto certificate = find_certificate(store, certificate_id);
    if (!certificate) throw Error(Code::not_found, fmt::format("there is no certificate with id {}", certificate_id));
    if (!certificate->issuer_id)
        throw Error(Code::refused,
                    fmt::format("certificate {} was signed by '{}', which is none of this home",
                                certificate->facts.number, printable(certificate->facts.issuer)),
                    "let the issuer that signed it revoke it");
    bool is_new = change(store,
                         "UPDATE revocations SET seq = (SELECT max(seq) + 1 FROM revocations), reason = ?2 "
                         "WHERE certificate_id = ?1 AND reason <> ?2",
                         certificate_id, to_string(reason)) == 0 &&
                  !revocation_of(store, certificate_id);
    bool removed =
        exists(store,
               "SELECT 1 FROM certificates c JOIN slots s ON s.id = c.slot_id JOIN units u ON u.id = s.unit_id "
               "WHERE c.id = ? AND u.removed_at IS NOT NULL",
               certificate_id);
    bool in_use = !certificate->ended_at && !removed;
    if (is_new)
        insert(store,
               "INSERT INTO revocations(certificate_id, issuer_id, revoked_at, reason, in_use) VALUES(?, ?, ?, ?, ?)",
               certificate_id, *certificate->issuer_id, now, to_string(reason), in_use);
    // A rejected one was never in use, and stays what it is.
    if (!in_use && certificate->state != CertificateState::rejected)
        set_certificate_state(store, certificate_id, CertificateState::revoked, now);
}

std::optional<Revocation> revocation_of(Store& store, Id certificate_id) {
    Query query(store, std::string(select_revocations) + "WHERE v.certificate_id = ?", certificate_id);
    if (!query.next()) return std::nullopt;
    return read_revocation(query);
}

void each_revocation_in_use(Store& store, const std::function<void(const Revocation&)>& visit) {
    Query query(store, std::string(select_revocations) + "WHERE v.in_use = 1");
    visit_all(query, visit);
}

void each_revocation(Store& store, Id issuer_id, Time alive_at, const std::function<void(const Revocation&)>& visit) {
    Query query(store, std::string(select_revocations) + "WHERE v.issuer_id = ? AND c.not_after >= ? ORDER BY v.seq",
                issuer_id, alive_at);
    visit_all(query, visit);
}

std::int64_t last_revocation(Store& store, Id issuer_id) {
    return count(store, "SELECT coalesce(max(seq), 0) FROM revocations WHERE issuer_id = ?", issuer_id);
}

RevocationLists revocation_lists(Store& store, Id issuer_id) {
    Query query(store,
                "SELECT number, written_number, covers, this_update, next_update, published FROM revocation_lists "
                "WHERE issuer_id = ?",
                issuer_id);
    RevocationLists lists;
    if (!query.next()) return lists;
    lists.number = query.integer();
    if (query.is_null()) return lists;
    auto number = query.integer();
    auto covers = query.integer();
    auto this_update = query.time();
    auto next_update = query.time();
    lists.written = RevocationLists::Written{number, covers, this_update, next_update, query.flag()};
    return lists;
}

std::int64_t next_list_number(Store& store, Id issuer_id) {
    change(store,
           "INSERT INTO revocation_lists(issuer_id, number) VALUES(?, 1) "
           "ON CONFLICT(issuer_id) DO UPDATE SET number = number + 1",
           issuer_id);
    return revocation_lists(store, issuer_id).number;
}

void record_list_written(Store& store, Id issuer_id, const RevocationLists::Written& list) {
    change(
        store,
        "UPDATE revocation_lists SET written_number = ?, covers = ?, this_update = ?, next_update = ?, published = ? "
        "WHERE issuer_id = ?",
        list.number, list.covers, list.this_update, list.next_update, list.published, issuer_id);
}

}  // namespace rekey::store
