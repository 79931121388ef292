#include "views/certificate_rows.hpp"

#include "views/json_values.hpp"
#include "views/short_numbers.hpp"

namespace rekey::cli {

const std::vector<std::string> certificate_keys{
    "unit",      "node",  "type", "number",    "subject", "issuer",      "issued_at",          "expires_at",
    "days_left", "state", "key",  "signature", "reason",  "predecessor", "fingerprint_sha256", "chain_ends_at",
    "ends_with"};

std::string_view state_of(const store::Certificate& certificate) {
    return certificate.found && !certificate.ended_at ? found_state : store::to_string(certificate.state);
}

Json certificate_json(const store::Certificate& certificate, Time now) {
    const auto& facts = certificate.facts;
    return {{"unit", certificate.slot.unit},
            {"node", text_or_null(certificate.slot.node)},
            {"type", certificate.slot.type},
            {"number", facts.number},
            {"subject", facts.subject},
            {"issuer", facts.issuer},
            {"issued_at", to_rfc3339(facts.not_before)},
            {"expires_at", to_rfc3339(facts.not_after)},
            {"days_left", days_between(now, certificate.chain_end.at)},
            {"state", state_of(certificate)},
            {"key", facts.key},
            {"signature", facts.signature},
            {"reason", certificate.reason ? Json(store::to_string(*certificate.reason)) : Json()},
            {"predecessor", text_or_null(certificate.predecessor)},
            {"fingerprint_sha256", facts.fingerprint_sha256},
            {"chain_ends_at", to_rfc3339(certificate.chain_end.at)},
            {"ends_with", text_or_null(certificate.chain_end.subject)}};
}

Listing certificate_listing(const Session& session) {
    return Listing(session, "certificates", certificate_keys,
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
                       const store::Certificate& certificate, Time now, bool revoked) {
    auto row = certificate_json(certificate, now);
    shorten_numbers(session, store, row, {"number"});
    if (session.format() == Format::table) {
        constexpr std::size_t date = 10;
        row["slot"] = certificate.slot.to_string();
        row["issued"] = to_rfc3339(certificate.facts.not_before).substr(0, date);
        row["expires"] = to_rfc3339(certificate.chain_end.at).substr(0, date);
        if (!certificate.chain_end.subject.empty()) row["expires"] = row["expires"].get<std::string>() + " (chain)";
        if (revoked && !certificate.ended_at) row["state"] = "revoked!";
        // A certificate that is out of use has no urgency.
        if (certificate.ended_at) row["days_left"] = nullptr;
    }
    listing.row(row);
}

}  // namespace rekey::cli
