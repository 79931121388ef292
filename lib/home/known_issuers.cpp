#include "home/known_issuers.hpp"

#include <algorithm>
#include <span>

#include "crypto/certificates/signature.hpp"
#include "crypto/encoding/asn1.hpp"
#include "crypto/keys/public_key.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey {

namespace {

bool has_same_name_and_key(const crypto::X509Certificate& one, const crypto::X509Certificate& other) {
    return X509_NAME_cmp(one.fields().info->subject, other.fields().info->subject) == 0 &&
           crypto::is_same_key(one.public_key(), other.public_key());
}

}  // namespace

const std::vector<KnownIssuers::Known>& KnownIssuers::issuers() const {
    if (issuers_) return *issuers_;
    std::vector<Known> readable;
    for (const auto& record : store::issuers(store_)) {
        if (record.chain.empty()) continue;
        try {
            auto certificate = crypto::X509Certificate::from_der(record.chain.front());
            certificate.get();
            readable.push_back({record.id, record.name, record.facts.not_after, std::move(certificate)});
        } catch (const Error& error) {
            if (error.code() != Code::usage) throw;
        }
    }
    return issuers_.emplace(std::move(readable));
}

std::optional<store::Id> KnownIssuers::signer_of(const crypto::X509Certificate& certificate,
                                                 const std::vector<Bytes>& chain) const {
    std::vector<const Known*> signers;
    for (const auto& issuer : issuers()) {
        if (!crypto::is_signed_by(certificate, issuer.certificate)) continue;
        if (has_same_name_and_key(certificate, issuer.certificate)) return std::nullopt;
        signers.push_back(&issuer);
    }
    if (signers.empty()) return std::nullopt;
    return prefer(signers, chain)->id;
}

const KnownIssuers::Known* KnownIssuers::prefer(const std::vector<const Known*>& signers,
                                                const std::vector<Bytes>& chain) const {
    auto in_chain = std::ranges::find_if(signers, [&](const Known* issuer) {
        return chain.size() > 1 && std::ranges::find(std::span(chain).subspan(1), issuer->certificate.der()) !=
                                       std::span(chain).subspan(1).end();
    });
    if (in_chain != signers.end()) return *in_chain;
    auto by_default = std::ranges::find(signers, store::setting(store_, "default_issuer").value_or(""), &Known::name);
    if (by_default != signers.end()) return *by_default;
    return *std::ranges::max_element(signers, {}, &Known::not_after);
}

std::vector<store::Id> KnownIssuers::sharing_key_with(store::Id issuer) const {
    auto known = std::ranges::find(issuers(), issuer, &Known::id);
    if (known == issuers().end()) return {issuer};
    std::vector<store::Id> found;
    for (const auto& other : issuers())
        if (has_same_name_and_key(other.certificate, known->certificate)) found.push_back(other.id);
    return found;
}

}  // namespace rekey
