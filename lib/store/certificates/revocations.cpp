#include "store/certificates/revocations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/mark_revocation.hpp"
#include "store/sql/enum_names.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

namespace {

constexpr Words<8> reason_names = {"unspecified", "keyCompromise",        "cACompromise",       "affiliationChanged",
                                   "superseded",  "cessationOfOperation", "privilegeWithdrawn", "aACompromise"};

/// CRLReason (RFC 5280, 5.3.1), in the same order.
constexpr std::array<int, reason_names.size()> codes = {0, 1, 2, 3, 4, 5, 9, 10};

constexpr const char* select_revocations =
    "SELECT v.seq, v.certificate_id, c.number, c.not_after, v.revoked_at, v.reason FROM revocations v "
    "CROSS JOIN certificates c WHERE c.id = v.certificate_id AND ";

/// An issuer whose signer nobody has looked for yet is its own.
constexpr const char* of_signer =
    "v.issuer_id IN (SELECT issuer_id FROM list_signers WHERE signer_id = ?1 UNION SELECT ?1) ";

/// Each record of a revoked certificate that a slot uses, or is about to.
constexpr const char* select_in_use =
    "SELECT v.seq, c.id, c.number, c.not_after, v.revoked_at, v.reason FROM revocations v "
    "CROSS JOIN certificates c JOIN slots s ON s.id = c.slot_id JOIN units u ON u.id = s.unit_id "
    "WHERE c.id = v.certificate_id AND v.in_use = 1 AND c.ended_at IS NULL AND s.declared = 1 AND u.removed_at IS NULL "
    "UNION ALL SELECT v.seq, c.id, c.number, c.not_after, v.revoked_at, v.reason FROM revocations v "
    "CROSS JOIN certificates c JOIN slots s ON s.id = c.slot_id JOIN units u ON u.id = s.unit_id "
    "WHERE c.same_as = v.certificate_id AND v.in_use = 1 AND c.ended_at IS NULL AND s.declared = 1 AND u.removed_at IS "
    "NULL";

Revocation read_revocation(Query& row) {
    Revocation revocation;
    revocation.seq = row.integer();
    revocation.certificate_id = row.integer();
    revocation.number = row.text();
    revocation.not_after = row.time();
    revocation.revoked_at = row.time();
    revocation.reason = stored_value_of<RevocationReason>(reason_names, row.text());
    return revocation;
}

void visit_all(Query& query, const std::function<void(const Revocation&)>& visit) {
    while (query.next()) visit(read_revocation(query));
}

}  // namespace

std::string_view to_string(RevocationReason reason) { return word_for(reason_names, reason); }
std::optional<RevocationReason> revocation_reason(std::string_view text) {
    return value_of<RevocationReason>(reason_names, text);
}

int code_of(RevocationReason reason) { return codes[static_cast<std::size_t>(reason)]; }

std::optional<RevocationReason> reason_of_code(int code) {
    for (std::size_t i = 0; i < codes.size(); ++i)
        if (codes[i] == code) return static_cast<RevocationReason>(i);
    return std::nullopt;
}

namespace {

/// In a slot, or in a place that was only found; not of a unit that was removed.
bool is_shown(Reader& store, const Certificate& record) {
    return !record.ended_at &&
           exists(store,
                  "SELECT 1 FROM slots s JOIN units u ON u.id = s.unit_id WHERE s.id = ? AND u.removed_at IS NULL",
                  record.slot_id);
}

}  // namespace

void revoke(Transaction& transaction, Id certificate_id, RevocationReason reason, Time now) {
    auto certificate = find_certificate(transaction, certificate_id);
    if (!certificate) throw Error(Code::not_found, fmt::format("there is no certificate with id {}", certificate_id));
    if (!certificate->issuer_id)
        throw Error(Code::refused,
                    fmt::format("certificate {} was signed by '{}', which is none of this home",
                                certificate->facts.number, printable(certificate->facts.issuer)),
                    "let the issuer that signed it revoke it");
    auto first = certificate->same_as.value_or(certificate_id);
    bool is_new = change(transaction,
                         "UPDATE revocations SET seq = (SELECT max(seq) + 1 FROM revocations), reason = ?2 "
                         "WHERE certificate_id = ?1 AND reason <> ?2",
                         first, to_string(reason)) == 0 &&
                  !revocation_of(transaction, first);
    if (is_new)
        insert(transaction,
               "INSERT INTO revocations(certificate_id, issuer_id, revoked_at, reason, in_use) VALUES(?, ?, ?, ?, ?)",
               first, *certificate->issuer_id, now, to_string(reason), false);
    for (const auto& record : records_of(transaction, first)) {
        // A rejected one was never in use, and stays what it is.
        if (!is_shown(transaction, record) && record.state != CertificateState::rejected)
            set_certificate_state(transaction, record.id, CertificateState::revoked, now);
        else
            mark_revocation(transaction, record.id);
    }
}

std::optional<Revocation> revocation_of(Reader& store, Id certificate_id) {
    Query query(store,
                std::string(select_revocations) +
                    "v.certificate_id = (SELECT coalesce(same_as, id) FROM certificates WHERE id = ?)",
                certificate_id);
    if (!query.next()) return std::nullopt;
    return read_revocation(query);
}

void each_revocation_in_use(Reader& store, const std::function<void(const Revocation&)>& visit) {
    Query query(store, select_in_use);
    visit_all(query, visit);
}

void each_revocation(Reader& store, Id signer_id, Time alive_at, const std::function<void(const Revocation&)>& visit) {
    Query query(store, std::string(select_revocations) + of_signer + "AND c.not_after >= ?2 ORDER BY v.seq", signer_id,
                alive_at);
    visit_all(query, visit);
}

std::int64_t last_revocation(Reader& store, Id signer_id) {
    return count(store, std::string("SELECT coalesce(max(seq), 0) FROM revocations v WHERE ") + of_signer, signer_id);
}

std::int64_t count_revocations_since(Reader& store, Time since) {
    return count(store, "SELECT count(*) FROM revocations WHERE revoked_at >= ?", since);
}

}  // namespace rekey::store
