#include "units/survey/chain_check.hpp"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/chain.hpp"

namespace rekey::units {

namespace {

using Chain = std::vector<crypto::X509Certificate>;

/// Where one certificate is not signed by the next; nothing when all are. Nobody asks for a root from certificates that
/// were not made here.
std::string broken_link(const Chain& chain) {
    for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
        EVP_PKEY* key = X509_get0_pubkey(chain[i + 1].get());
        bool issued = X509_check_issued(chain[i + 1].get(), chain[i].get()) == X509_V_OK;
        if (!issued || key == nullptr || X509_verify(chain[i].get(), key) != 1)
            return fmt::format("the chain is broken: certificate {} is not signed by the next",
                               chain[i].facts().number);
    }
    return {};
}

/// The signature was verified with the key of the recorded issuer: the chain may name another issuer of that name.
crypto::LeafSignature known_signature(const Chain& chain, const ChainTerms& terms) {
    bool was_verified = terms.recorded.issuer && terms.recorded.active && terms.issuer_key && chain.size() > 1 &&
                        chain[1].public_key() == *terms.issuer_key;
    return was_verified && terms.signatures == Signatures::unless_recorded ? crypto::LeafSignature::verified
                                                                           : crypto::LeafSignature::unknown;
}

std::string defect_of(const std::vector<Bytes>& ders, const CertificateFacts& leaf, const ChainTerms& terms) {
    try {
        Chain chain;
        for (const auto& der : ders) chain.push_back(crypto::X509Certificate::from_der(der));
        if (!terms.recorded.issuer) return broken_link(chain);
        // That the leaf has expired is a finding of its own.
        auto then = std::max(std::min(terms.now, leaf.not_after - Seconds{1}), leaf.not_before);
        crypto::check_other_chain(chain, chain.front().public_key(), then, known_signature(chain, terms));
    } catch (const Error& error) {
        return "the chain is broken: " + error.message();
    }
    return {};
}

}  // namespace

RecordedLeaf recorded_leaf(const std::optional<store::Certificate>& known) {
    if (!known) return {};
    return {known->issuer_id, known->state == store::CertificateState::active};
}

ChainVerdict check_shown_chain(const std::vector<Bytes>& chain, const CertificateFacts& leaf, const ChainTerms& terms) {
    return {terms.recorded, defect_of(chain, leaf, terms)};
}

}  // namespace rekey::units
