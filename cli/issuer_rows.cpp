#include "issuer_rows.hpp"

namespace rekey::cli {

const std::vector<std::string> issuer_keys{"name",      "kind",       "default",   "subject", "number",
                                           "issued_at", "expires_at", "days_left", "key",     "fingerprint_sha256"};

Json issuer_json(store::Store& store, const store::Issuer& issuer, Time now) {
    const auto& facts = issuer.facts;
    return {{"name", issuer.name},
            {"kind", issuer.kind},
            {"default", store::setting(store, "default_issuer") == issuer.name},
            {"subject", facts.subject},
            {"number", facts.number},
            {"issued_at", to_rfc3339(facts.not_before)},
            {"expires_at", to_rfc3339(facts.not_after)},
            {"days_left", days_between(now, facts.not_after)},
            {"key", facts.key},
            {"fingerprint_sha256", facts.fingerprint_sha256}};
}

}  // namespace rekey::cli
