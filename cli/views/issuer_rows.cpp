#include "views/issuer_rows.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"

namespace rekey::cli {

Row issuer_row(const store::Issuer& issuer, bool is_default, Time now) {
    const auto& facts = issuer.facts;
    return {{"name", issuer.name},
            {"kind", issuer.kind},
            {"default", is_default},
            {"subject", facts.subject},
            {"number", facts.number},
            {"issued_at", facts.not_before},
            {"expires_at", facts.not_after},
            {"days_left", days_between(now, issuer.chain_end.at)},
            {"key", facts.key},
            {"fingerprint_sha256", facts.fingerprint_sha256},
            {"chain_ends_at", issuer.chain_end.at},
            {"ends_with", text_or_null(issuer.chain_end.subject)}};
}

void tell_renewed(Session& session, const issuers::Renewed& renewed) {
    const auto& issuer = renewed.issuer;
    if (!renewed.changed) {
        session.note(fmt::format("issuer '{}' has just this certificate and chain already", issuer.name));
        return;
    }
    session.note(
        fmt::format("issuer '{}' has a new chain, which ends {}", issuer.name, to_rfc3339(issuer.chain_end.at)), {},
        "units get it with their next renewal, or at once: rekey certs renew --all --chain-only");
    tell_limits(session, issuer);
}

void tell_limits(Session& session, const store::Issuer& issuer) {
    for (const auto& limit : issuers::limits(issuer))
        session.warn(fmt::format("issuer '{}' cannot sign everything: {}", issuer.name, printable(limit)), {},
                     "what it may not sign is refused before it is made; see: rekey policy check");
}

}  // namespace rekey::cli
