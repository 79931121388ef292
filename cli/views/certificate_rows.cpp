#include "views/certificate_rows.hpp"

#include "store/fleet/certificate_fields.hpp"
#include "views/short_numbers.hpp"
#include "views/shown_fields.hpp"

namespace rekey::cli {

std::string_view state_of(const store::Certificate& certificate) {
    return certificate.found && !certificate.ended_at ? found_state : store::to_string(certificate.state);
}

Row certificate_row(const store::Certificate& certificate, Time now) {
    using store::Shown;
    const auto& facts = certificate.facts;
    Row row{{"unit", certificate.slot.unit},
            {"node", text_or_null(certificate.slot.node)},
            {"type", certificate.slot.type}};
    put_shown<Shown::in_lists>(row, store::name_and_validity_fields, facts);
    row.put("days_left", days_between(now, certificate.chain_end.at));
    row.put("state", state_of(certificate));
    put_shown<Shown::in_lists>(row, store::algorithm_fields, facts);
    put_shown<Shown::in_lists>(row, store::origin_fields, certificate);
    // The first of a slot has none.
    row.replace("predecessor", text_or_null(certificate.predecessor));
    put_shown<Shown::in_lists>(row, store::further_facts_fields, facts);
    row.put("chain_ends_at", certificate.chain_end.at);
    row.put("ends_with", text_or_null(certificate.chain_end.subject));
    return row;
}

Row full_certificate_row(const store::Certificate& certificate, const std::optional<store::Revocation>& revocation,
                         Time now) {
    using store::Shown;
    auto row = certificate_row(certificate, now);
    put_shown<Shown::alone>(row, store::further_facts_fields, certificate.facts);
    const auto& details = certificate.facts.details;
    put_shown<Shown::alone>(row, store::details_fields, details.value_or(CertificateDetails{}));
    // On the record before its details were: not known is not the same as none.
    if (!details) store::each_field(store::details_fields, [&](auto field) { row.replace(field.shown_as, nullptr); });
    put_shown<Shown::alone>(row, store::record_time_fields, certificate);
    row.put("revoked_at", revocation ? Value(revocation->revoked_at) : Value());
    row.put("revocation_reason", revocation ? Value(revocation->reason) : Value());
    put_shown<Shown::alone>(row, store::author_fields, certificate);
    return row;
}

Listing certificate_listing(const Session& session) {
    auto keys = keys_of(certificate_row({}, {}));
    keys.emplace_back("labels");
    return Listing(session, "certificates", std::move(keys),
                   {{"slot", "SLOT"},
                    {"number", "NUMBER"},
                    {"issued", "ISSUED", As::text, {.leaves = 4}},
                    {"expires", "EXPIRES"},
                    {"days_left", "DAYS", As::number, {.leaves = 5}},
                    {"state", "STATE"},
                    {"key", "KEY", As::text, {.leaves = 2}},
                    {"reason", "REASON", As::text, {.leaves = 3}},
                    {"issuer", "ISSUER", As::text, {.shrinks = true, .leaves = 1}}});
}

void print_certificate(Listing& listing, const Session& session, store::Reader& store,
                       const store::Certificate& certificate, Time now, bool revoked, LabelCell& labels) {
    auto row = certificate_row(certificate, now);
    shorten_numbers(session, store, row, {"number"});
    if (session.format() == OutputFormat::table) {
        constexpr std::size_t date = 10;
        auto expires = to_rfc3339(certificate.chain_end.at).substr(0, date);
        if (!certificate.chain_end.subject.empty()) expires += " (chain)";
        row.put("slot", certificate.slot.to_string());
        row.put("issued", to_rfc3339(certificate.facts.not_before).substr(0, date));
        row.put("expires", expires);
        if (revoked && !certificate.ended_at) row.replace("state", "revoked!");
        // A certificate that is out of use has no urgency.
        if (certificate.ended_at) row.replace("days_left", nullptr);
    } else {
        row.put("labels", labels.of(certificate.unit_labels));
    }
    listing.row(row);
}

}  // namespace rekey::cli
