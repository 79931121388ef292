#include "store/certificates/revocation_lists.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/certificates/revocations.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

namespace {

ListNumber number_in(const std::string& hex) {
    auto number = ListNumber::from_hex(hex);
    if (!number)
        throw Error(Code::corrupt, fmt::format("the number of a list is '{}'", printable(hex)),
                    "restore the home from a backup");
    return *number;
}

/// One that a list may say for good; what was only held (certificateHold) is revoked without a reason.
RevocationReason reason_for(int code) { return reason_of_code(code).value_or(RevocationReason::unspecified); }

/// Moves an entry that was only listed to the certificate that turned out to have its number.
void move_to_certificate(Transaction& transaction, Id signer_id, const ListedRevocation& listed, Id certificate_id) {
    if (!revocation_of(transaction, certificate_id))
        revoke(transaction, certificate_id, reason_for(listed.reason), listed.revoked_at);
    change(transaction, "DELETE FROM listed_revocations WHERE signer_id = ? AND number = ?", signer_id, listed.number);
}

ListedRevocation read_listed(Query& row) {
    ListedRevocation listed;
    listed.number = row.text();
    listed.revoked_at = row.time();
    listed.reason = static_cast<int>(row.integer());
    return listed;
}

}  // namespace

std::optional<Id> list_signer(Reader& store, Id issuer_id) {
    Query query(store, "SELECT signer_id FROM list_signers WHERE issuer_id = ?", issuer_id);
    if (!query.next()) return std::nullopt;
    return query.integer();
}

void set_list_signer(Transaction& transaction, Id issuer_id, Id signer_id) {
    change(transaction,
           "INSERT INTO list_signers(issuer_id, signer_id) VALUES(?, ?) "
           "ON CONFLICT(issuer_id) DO UPDATE SET signer_id = excluded.signer_id",
           issuer_id, signer_id);
    if (issuer_id == signer_id) return;
    auto own = signer_lists(transaction, issuer_id);
    auto shared = signer_lists(transaction, signer_id);
    if (own.number > shared.number) set_list_number(transaction, signer_id, own.number);
    change(transaction, "DELETE FROM signer_lists WHERE signer_id = ?", issuer_id);
    change(transaction,
           "UPDATE listed_revocations SET signer_id = ?1 WHERE signer_id = ?2 AND NOT EXISTS(SELECT 1 "
           "FROM listed_revocations o WHERE o.signer_id = ?1 AND o.number = listed_revocations.number)",
           signer_id, issuer_id);
    change(transaction, "DELETE FROM listed_revocations WHERE signer_id = ?", issuer_id);
}

SignerLists signer_lists(Reader& store, Id signer_id) {
    Query query(store,
                "SELECT number, restored, written_number, covers, this_update, next_update FROM signer_lists "
                "WHERE signer_id = ?",
                signer_id);
    SignerLists lists;
    if (!query.next()) return lists;
    lists.number = number_in(query.text());
    lists.restored = query.flag();
    if (query.is_null()) return lists;
    SignerLists::Written written;
    written.number = number_in(query.text());
    written.covers = query.integer();
    written.this_update = query.time();
    written.next_update = query.time();
    lists.written = written;
    return lists;
}

void set_list_number(Transaction& transaction, Id signer_id, const ListNumber& number) {
    if (signer_lists(transaction, signer_id).number > number)
        throw Error(Code::failed, fmt::format("the number of a list cannot go back to {}", number.to_text()));
    change(transaction,
           "INSERT INTO signer_lists(signer_id, number) VALUES(?, ?) "
           "ON CONFLICT(signer_id) DO UPDATE SET number = excluded.number",
           signer_id, number.to_hex());
}

void record_list_written(Transaction& transaction, Id signer_id, const SignerLists::Written& list) {
    change(transaction,
           "UPDATE signer_lists SET written_number = ?, covers = ?, this_update = ?, next_update = ?, restored = 0 "
           "WHERE signer_id = ?",
           list.number.to_hex(), list.covers, list.this_update, list.next_update, signer_id);
}

void mark_lists_restored(Transaction& transaction) { change(transaction, "UPDATE signer_lists SET restored = 1"); }

std::optional<PublishedList> published_list(Reader& store, Id issuer_id) {
    Query query(store, "SELECT number, fingerprint FROM published_lists WHERE issuer_id = ?", issuer_id);
    if (!query.next()) return std::nullopt;
    auto number = number_in(query.text());
    return PublishedList{number, query.text()};
}

void record_list_published(Transaction& transaction, Id issuer_id, const PublishedList& list) {
    change(transaction,
           "INSERT INTO published_lists(issuer_id, number, fingerprint) VALUES(?, ?, ?) "
           "ON CONFLICT(issuer_id) DO UPDATE SET number = excluded.number, fingerprint = excluded.fingerprint",
           issuer_id, list.number.to_hex(), list.fingerprint_sha256);
}

void each_listed_revocation(Reader& store, Id signer_id, const std::function<void(const ListedRevocation&)>& visit) {
    Query query(store, "SELECT number, revoked_at, reason FROM listed_revocations WHERE signer_id = ? ORDER BY number",
                signer_id);
    while (query.next()) visit(read_listed(query));
}

std::int64_t count_listed_revocations(Reader& store, Id signer_id) {
    return count(store, "SELECT count(*) FROM listed_revocations WHERE signer_id = ?", signer_id);
}

bool is_listed(Reader& store, Id signer_id, const std::string& number) {
    return exists(store, "SELECT 1 FROM listed_revocations WHERE signer_id = ? AND number = ?", signer_id, number);
}

bool add_listed_revocation(Transaction& transaction, Id signer_id, const ListedRevocation& revocation) {
    return change(transaction,
                  "INSERT INTO listed_revocations(signer_id, number, revoked_at, reason) VALUES(?, ?, ?, ?) "
                  "ON CONFLICT DO NOTHING",
                  signer_id, revocation.number, revocation.revoked_at, revocation.reason) != 0;
}

std::vector<Id> certificates_of_signer(Reader& store, Id signer_id, const std::string& number) {
    Query query(store,
                "SELECT id FROM certificates WHERE number = ?1 AND (issuer_id = ?2 OR issuer_id IN "
                "(SELECT issuer_id FROM list_signers WHERE signer_id = ?2)) ORDER BY id",
                number, signer_id);
    std::vector<Id> found;
    while (query.next()) found.push_back(query.integer());
    return found;
}

void revoke_listed(Transaction& transaction, Id signer_id) {
    std::vector<ListedRevocation> all;
    each_listed_revocation(transaction, signer_id, [&](const ListedRevocation& listed) { all.push_back(listed); });
    for (const auto& listed : all)
        for (auto id : certificates_of_signer(transaction, signer_id, listed.number))
            move_to_certificate(transaction, signer_id, listed, id);
}

void revoke_if_listed(Transaction& transaction, const Certificate& certificate) {
    if (!certificate.issuer_id) return;
    auto signer = list_signer(transaction, *certificate.issuer_id).value_or(*certificate.issuer_id);
    Query query(transaction,
                "SELECT number, revoked_at, reason FROM listed_revocations WHERE number = ? AND signer_id = ?",
                certificate.facts.number, signer);
    if (query.next()) move_to_certificate(transaction, signer, read_listed(query), certificate.id);
}

}  // namespace rekey::store
