#include "units/account.hpp"

#include "rekey/store/audit.hpp"

namespace rekey::units {

void account(store::Store& store, const Stamp& stamp, const std::string& action, const std::string& subject,
             const nlohmann::json& detail) {
    store::audit(store, stamp, action, subject, detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

nlohmann::json summary(const CertificateFacts& facts) {
    return {{"number", facts.number}, {"issuer", facts.issuer}, {"expires_at", to_rfc3339(facts.not_after)}};
}

}  // namespace rekey::units
