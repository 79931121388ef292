#include "issuers/list_signer.hpp"

#include <algorithm>

#include "crypto/certificates/revocation_list.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/certificates/revocation_lists.hpp"

namespace rekey::issuers {

namespace {

/// Microseconds since 1970, so that there is room for a million lists in each second.
ListNumber number_at(Time time) {
    constexpr std::int64_t lists_a_second = 1'000'000;
    return ListNumber(static_cast<std::uint64_t>(std::max<std::int64_t>(unix_seconds(time), 0) * lists_a_second));
}

ListNumber floor_after_restore(store::Reader& store) {
    auto text = store::setting(store, restored_at_setting);
    auto time = text ? from_rfc3339(*text) : std::nullopt;
    return time ? number_at(*time + Seconds{1}) : ListNumber();
}

}  // namespace

crypto::X509Certificate certificate_of(const store::Issuer& issuer) {
    return crypto::X509Certificate::from_der(issuer.chain.at(0));
}

std::vector<ListSigner> list_signers(store::Reader& store) {
    auto records = store::issuers(store);
    std::ranges::sort(records, {}, &store::Issuer::id);
    std::vector<ListSigner> signers;
    std::vector<crypto::X509Certificate> certificates;  // of the first record of each
    for (auto& record : records) {
        auto certificate = certificate_of(record);
        auto same = std::ranges::find_if(certificates,
                                         [&](const auto& known) { return crypto::is_same_signer(known, certificate); });
        if (same == certificates.end()) {
            certificates.push_back(std::move(certificate));
            signers.push_back({{std::move(record)}});
        } else {
            signers[static_cast<std::size_t>(same - certificates.begin())].records.push_back(std::move(record));
        }
    }
    return signers;
}

ListSigner list_signer_of(store::Reader& store, store::Id issuer_id) {
    for (auto& signer : list_signers(store))
        if (std::ranges::find(signer.records, issuer_id, &store::Issuer::id) != signer.records.end()) return signer;
    throw Error(Code::not_found, "the issuer is gone");
}

void record_list_signers(store::Transaction& transaction) {
    for (const auto& signer : list_signers(transaction))
        for (const auto& record : signer.records)
            if (store::list_signer(transaction, record.id) != signer.id())
                store::set_list_signer(transaction, record.id, signer.id());
}

ListNumber last_list_number(store::Reader& store, const ListSigner& signer) {
    ListNumber last;
    for (const auto& record : signer.records) last = std::max(last, store::signer_lists(store, record.id).number);
    return last;
}

ListNumber next_list_number(store::Reader& store, const ListSigner& signer, Time now) {
    auto by_time = std::max(number_at(now), floor_after_restore(store));
    return std::max(by_time, last_list_number(store, signer).next());
}

}  // namespace rekey::issuers
