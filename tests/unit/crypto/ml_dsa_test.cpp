// Keys of ML-DSA (FIPS 204). OpenSSL has them from 3.5 on; with an older one, a certificate is read and named all the
// same, and whatever needs the key says which version has it.
#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/chain.hpp"
#include "crypto/certificates/request.hpp"
#include "crypto/keys/key.hpp"
#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

const std::string kinds[] = {"ml-dsa-44", "ml-dsa-65", "ml-dsa-87"};

bool openssl_has_ml_dsa() { return can_make("ml-dsa-44"); }

}  // namespace

TEST_CASE("a kind of ML-DSA that there is none of is not made, whatever OpenSSL runs") {
    for (std::string name : {"ml-dsa", "ml-dsa-45", "ML-DSA-44", "ml-dsa-44 "}) {
        CHECK_FALSE(can_make(name));
        refusal(Code::usage, [&] { PrivateKey::generate(name); }, {"not made here", "ml-dsa-44"});
    }
}

TEST_CASE("a certificate with an ML-DSA key is named alike by every OpenSSL") {
    Workshop workshop;
    workshop.must(std::string("cp ") + ML_DSA_FILES + "/certificate.pem .");
    auto certificate = X509Certificate::from_pem(workshop.read_bytes("certificate.pem")).front();
    CHECK(certificate.facts().key == "ml-dsa-44");
    CHECK(certificate.facts().signature == "ML-DSA-44");
    CHECK(certificate.facts().subject == "CN=ml-dsa-ca");
    CHECK(certificate.facts().is_ca);
    CHECK(is_clean());
}

TEST_CASE("a request for an ML-DSA key is taken, or the version that can take it is named") {
    Workshop workshop;
    workshop.must(std::string("sed '/^-/d' ") + ML_DSA_FILES + "/request.pem | base64 -d >request.der");
    auto request = workshop.read_bytes("request.der");
    if (!openssl_has_ml_dsa()) {
        refusal(Code::refused, [&] { verify_request(request); }, {"ml-dsa-44", "3.5"});
        return;
    }
    CHECK(verify_request(request).name == "ml-dsa-44");
    // A bit of its signature.
    request[request.size() - 100] ^= 1;
    refusal(Code::refused, [&] { verify_request(request); }, {"signature is wrong"});
}

TEST_CASE("keys that this OpenSSL does not have are refused with the version that has them") {
    if (openssl_has_ml_dsa()) return;
    for (const auto& name : kinds) {
        CHECK_FALSE(can_make(name));
        refusal(Code::usage, [&] { PrivateKey::generate(name); }, {name, "OpenSSL 3.5 or later", "ec-p256"});
    }
}

TEST_CASE("an authority with an ML-DSA key signs what openssl verifies") {
    if (!openssl_has_ml_dsa()) return;
    for (const auto& name : kinds) {
        CAPTURE(name);
        Workshop workshop;
        auto authority = Authority::create(name, {{"CN", "Test CA"}}, make_number(), noon - hour, noon + 30 * year);
        CHECK(authority.certificate().facts().key == name);
        for (const std::string& leaf_kind : {name, std::string("ec-p256")}) {
            auto key = PrivateKey::generate(leaf_kind);
            CHECK(key.name() == leaf_kind);
            auto request = make_request(key);
            auto asked = verify_request(request);
            CHECK(asked.name == leaf_kind);
            LeafTemplate leaf{make_number(), {{"CN", "unit-1"}}, {"dns:unit-1"}, {"serverAuth"},
                              noon,          noon + 10 * year};
            auto certificate = authority.sign(leaf, asked.public_key);
            CHECK(match(key, certificate));
            std::vector<X509Certificate> chain{certificate, authority.certificate()};
            check_chain(chain, asked.public_key, noon + year);

            workshop.write("ca.pem", authority.certificate().to_pem());
            workshop.write("leaf.pem", certificate.to_pem());
            workshop.write("key.pem", key.to_pem().view());
            workshop.must("SSL_CERT_FILE=/dev/null openssl verify -x509_strict -check_ss_sig -attime " +
                          std::to_string(unix_seconds(noon + year)) + " -CAfile ca.pem leaf.pem");
            workshop.must("openssl pkey -in key.pem -pubout -out one.pem");
            workshop.must("openssl x509 -in leaf.pem -noout -pubkey -out two.pem && cmp one.pem two.pem");
            auto again = PrivateKey::from_pem(key.to_pem().view());
            CHECK(again.public_key() == key.public_key());
        }
        CHECK(is_clean());
    }
}
