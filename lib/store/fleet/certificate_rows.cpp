#include "store/fleet/certificate_rows.hpp"

#include <fmt/format.h>

#include "base/certificate_end.hpp"
#include "store/fleet/details_text.hpp"
#include "store/sql/enum_names.hpp"

namespace rekey::store {

namespace {

constexpr Words<6> certificate_states = {"pending", "active", "superseded", "revoked", "rejected", "foreign"};
constexpr Words<7> reasons = {"expiry", "policy", "migration", "rotation", "manual", "audit", "compromise"};

std::string columns_with(std::string_view facts, std::string_view details) {
    return fmt::format(
        "c.id, c.slot_id, {}, coalesce(c.issuer_id, (SELECT o.issuer_id FROM certificates o WHERE o.id = c.same_as)), "
        "{}, {}, s.declared, coalesce(c.chain_end, c.not_after), "
        "coalesce((SELECT e.subject FROM chain_certificates e WHERE e.id = c.chain_end_id), '')",
        facts, column_list(certificate_fields, "c."), details);
}

/// With no elements in its lists.
std::string facts_without_lists() {
    std::string list;
    each_field(facts_fields, [&](auto field) {
        constexpr bool is_list = field.role == Shown::alone;
        list.append(list.empty() ? "" : ", ").append(is_list ? "'[]'" : "c.").append(is_list ? "" : field.name);
    });
    return list;
}

}  // namespace

std::string_view to_string(CertificateState state) { return word_for(certificate_states, state); }
std::optional<CertificateState> certificate_state(std::string_view text) {
    return value_of<CertificateState>(certificate_states, text);
}
std::string_view to_string(Reason reason) { return word_for(reasons, reason); }
std::optional<Reason> reason(std::string_view text) { return value_of<Reason>(reasons, text); }

void read_field(Query& row, CertificateState& state) {
    state = stored_value_of<CertificateState>(certificate_states, row.text());
}
void read_field(Query& row, Reason& reason) { reason = stored_value_of<Reason>(reasons, row.text()); }

const std::string& certificate_columns() {
    static const std::string columns = columns_with(column_list(facts_fields, "c."), "c.details");
    return columns;
}

const std::string& certificate_columns_without_details() {
    static const std::string columns = columns_with(facts_without_lists(), "NULL");
    return columns;
}

Certificate read_certificate(Query& row, SlotName slot) {
    Certificate certificate;
    certificate.slot = std::move(slot);
    certificate.id = row.integer();
    certificate.slot_id = row.integer();
    read_fields(row, facts_fields, certificate.facts);
    certificate.issuer_id = row.optional_integer();
    read_fields(row, certificate_fields, certificate);
    if (row.is_null())
        row.skip(1);
    else
        certificate.facts.details = details_from(row.text());
    certificate.found = !row.flag();
    certificate.chain_end.at = row.time();
    certificate.chain_end.subject = row.text();
    return certificate;
}

Id shared_certificate(Transaction& transaction, const Bytes& der) {
    std::string fingerprint = to_hex(sha256(der));
    Query known(transaction, "SELECT id FROM chain_certificates WHERE fingerprint = ?", fingerprint);
    if (known.next()) return known.integer();
    auto end = end_of_certificate(der);
    return insert(
        transaction, "INSERT INTO chain_certificates(fingerprint, der, subject, not_after) VALUES(?, ?, ?, ?)",
        fingerprint, ByteView(der), end ? end->subject : "", end ? std::optional(end->not_after) : std::nullopt);
}

}  // namespace rekey::store
