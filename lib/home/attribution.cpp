#include "home/attribution.hpp"

#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/issuers.hpp"
#include "store/sql/settings.hpp"

namespace rekey {

namespace {

/// The newest issuer that what is recorded was compared with.
constexpr const char* compared_setting = "certificates_compared_with_issuer";

bool is_compared(store::Reader& store) {
    return store::setting(store, compared_setting).value_or("0") == std::to_string(store::newest_issuer(store));
}

/// Nothing for a record without a certificate that can be read.
std::optional<store::Id> signer_of(store::Reader& store, const KnownIssuers& issuers,
                                   const store::Certificate& record) {
    auto chain = store::chain_of(store, record.id);
    if (chain.empty()) return std::nullopt;
    try {
        return issuers.signer_of(crypto::X509Certificate::from_der(chain.front()), chain);
    } catch (const Error& error) {
        if (error.code() != Code::usage) throw;
        return std::nullopt;
    }
}

}  // namespace

void attribute(store::Reader& store, const KnownIssuers& issuers, store::Certificate& record,
               const std::vector<Bytes>& chain) {
    record.same_as.reset();
    record.issuer_id = issuers.signer_of(crypto::X509Certificate::from_der(chain.front()), chain);
    if (!record.issuer_id) return;
    if (auto first = store::find_signed(store, record.facts.number, issuers.sharing_key_with(*record.issuer_id)))
        record.same_as = first->id;
}

int attribute_recorded(store::Transaction& transaction, const Stamp& stamp) {
    if (is_compared(transaction)) return 0;
    std::vector<store::Certificate> candidates;
    store::each_unattributed(transaction, [&](const store::Certificate& record) { candidates.push_back(record); });
    KnownIssuers issuers(transaction);
    int attributed = 0;
    for (const auto& record : candidates) {
        auto signer = signer_of(transaction, issuers, record);
        auto issuer = signer ? store::find_issuer(transaction, *signer) : std::nullopt;
        if (!issuer) continue;
        store::attribute_certificate(transaction, record.id, issuer->id, issuers.sharing_key_with(issuer->id),
                                     stamp.at);
        store::AuditDetail detail{{"number", record.facts.number}, {"issuer", issuer->name}};
        store::audit(transaction, stamp, "certificate.attribute", record.slot.to_string(), detail);
        ++attributed;
    }
    store::set_setting(transaction, compared_setting, std::to_string(store::newest_issuer(transaction)));
    return attributed;
}

int attribute_certificates(Home& home, const Stamp& stamp) {
    auto& store = home.store();
    if (is_compared(store)) return 0;
    return store.write([&](store::Transaction& transaction) { return attribute_recorded(transaction, stamp); });
}

}  // namespace rekey
