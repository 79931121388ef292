#include "issuers/local.hpp"

#include "crypto/certificates/authority.hpp"
#include "crypto/sealing/seal.hpp"
#include "rekey/issuers/issuers.hpp"
#include "store/certificates/issuers.hpp"

namespace rekey::issuers {

std::string seal_context(const std::string& uid) { return "issuer/" + uid + "/key"; }

namespace {

class LocalIssuer : public OpenIssuer {
public:
    explicit LocalIssuer(crypto::Authority authority) : authority_(std::move(authority)) {}

    Answer sign(ByteView, const crypto::RequestKey& key, const crypto::LeafTemplate& leaf) override {
        if (auto why = authority_.why_not(leaf)) return Refusal{*why};
        auto certificate = authority_.sign(leaf, key.public_key);
        Signed answer;
        answer.chain.push_back(certificate.der());
        for (const auto& above : authority_.chain()) answer.chain.push_back(above.der());
        answer.facts = certificate.facts();
        return answer;
    }

private:
    crypto::Authority authority_;
};

}  // namespace

crypto::Authority open_authority(Home& home, const store::Issuer& record) {
    if (record.kind != local_kind) refuse_kind(record);
    try {
        auto pem = home.seal_key().open(record.sealed_key, seal_context(record.uid));
        std::vector<crypto::X509Certificate> chain;
        for (const auto& der : record.chain) chain.push_back(crypto::X509Certificate::from_der(der));
        return crypto::Authority(std::move(chain), crypto::PrivateKey::from_pem(pem.view()));
    } catch (Error& e) {
        throw e.in("issuer '" + record.name + "'");
    }
}

std::unique_ptr<OpenIssuer> open_local(Home& home, const store::Issuer& record) {
    return std::make_unique<LocalIssuer>(open_authority(home, record));
}

std::vector<std::string> damaged_keys(store::Reader& store, const crypto::SealKey& key) {
    std::vector<std::string> damaged;
    for (const auto& record : store::issuers(store)) {
        if (crypto::SealKey::key_id_of(record.sealed_key) != key.id()) continue;
        try {
            key.open(record.sealed_key, seal_context(record.uid));
        } catch (const Error&) {
            damaged.push_back(record.name);
        }
    }
    return damaged;
}

void reseal(store::Transaction& transaction, const crypto::SealKey& from, const crypto::SealKey& to) {
    for (const auto& record : store::issuers(transaction)) {
        auto context = seal_context(record.uid);
        store::reseal_issuer(transaction, record.id, to.seal(from.open(record.sealed_key, context).view(), context));
    }
}

}  // namespace rekey::issuers
