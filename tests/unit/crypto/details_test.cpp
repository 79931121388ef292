#include "crypto/certificates/details.hpp"

#include <doctest/doctest.h>

#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

using Names = std::vector<std::string>;

X509Certificate made_by_openssl(const Workshop& workshop, const std::string& extensions) {
    workshop.must(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out c.pem -days 9 "
        "-subj /CN=a " +
        extensions);
    return X509Certificate::from_pem(view_of(workshop.must("cat c.pem"))).front();
}

/// The extensions as openssl prints them, without what names keys.
std::string extensions_by_openssl(const Workshop& workshop, const X509Certificate& certificate) {
    workshop.write("judged.pem", certificate.to_pem());
    return workshop.must(
        "openssl x509 -in judged.pem -noout -ext "
        "keyUsage,certificatePolicies,crlDistributionPoints,authorityInfoAccess | sed 's/^ *//;s/ *$//'");
}

}  // namespace

TEST_CASE("what openssl puts into a certificate is read, made again, and then the same to openssl") {
    Workshop workshop;
    auto original =
        made_by_openssl(workshop,
                        "-addext keyUsage=critical,digitalSignature,nonRepudiation,keyAgreement,decipherOnly "
                        "-addext certificatePolicies=1.2.3.4,2.23.140.1.2.1 -addext "
                        "crlDistributionPoints=URI:http://pki.example/a.crl -addext "
                        "authorityInfoAccess='OCSP;URI:http://ocsp.example,caIssuers;URI:http://pki.example/ca.cer'");
    auto facts = original.facts();
    REQUIRE(facts.details);
    CHECK(facts.details->key_usage == Names{"digitalSignature", "nonRepudiation", "keyAgreement", "decipherOnly"});
    CHECK(facts.details->policies == Names{"1.2.3.4", "2.23.140.1.2.1"});
    CHECK(facts.details->crl_urls == Names{"http://pki.example/a.crl"});
    CHECK(facts.details->ocsp_urls == Names{"http://ocsp.example"});
    CHECK(facts.details->ca_issuer_urls == Names{"http://pki.example/ca.cer"});

    auto authority = Authority::create("ec-p256", {{"CN", "CA"}}, make_number(), noon - hour, noon + 20 * year);
    LeafTemplate leaf{make_number(), {{"CN", "a"}}, {}, {}, noon, noon + year, facts.details};
    auto again = authority.sign(leaf, original.public_key());
    CHECK(again.facts().details == facts.details);
    CHECK(extensions_by_openssl(workshop, again) == extensions_by_openssl(workshop, original));
}

TEST_CASE("a statement of a policy is kept, and every single key usage is") {
    Workshop workshop;
    auto authority = Authority::create("ec-p256", {{"CN", "CA"}}, make_number(), noon - hour, noon + 20 * year);
    auto key = PrivateKey::generate("rsa-3072").public_key();
    for (const char* usage : {"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment",
                              "keyAgreement", "encipherOnly", "decipherOnly"}) {
        CAPTURE(usage);
        CertificateDetails details;
        details.key_usage = {usage};
        details.policies = {"1.2.3.4 http://pki.example/cps"};
        LeafTemplate leaf{make_number(), {{"CN", "a"}}, {}, {}, noon, noon + year, details};
        auto made = authority.sign(leaf, key);
        CHECK(made.facts().details == details);
        CHECK(extensions_by_openssl(workshop, made).find("CPS: http://pki.example/cps") != std::string::npos);
    }
}

TEST_CASE("what is not made here is named") {
    Workshop workshop;
    auto odd =
        made_by_openssl(workshop,
                        "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign,digitalSignature "
                        "-addext extendedKeyUsage=critical,timeStamping -addext tlsfeature=status_request -addext "
                        "1.2.3.4.5=critical,ASN1:NULL");
    auto found = not_made_here(odd);
    auto has = [&](const std::string& text) {
        return std::any_of(found.begin(), found.end(),
                           [&](const std::string& each) { return each.find(text) != std::string::npos; });
    };
    CHECK(has("CA:TRUE"));
    CHECK(has("keyCertSign"));
    CHECK(has("critical"));
    CHECK(has("TLS Feature"));
    CHECK(has("critical extension 1.2.3.4.5"));
    auto plain = made_by_openssl(workshop, "-addext basicConstraints=critical,CA:FALSE");
    CHECK(not_made_here(plain).empty());
}

TEST_CASE("names that others make are made here too") {
    CHECK(to_text(Attributes{{"C", "us"}, {"emailAddress", "me@acme.example"}}) == "emailAddress=me@acme.example,C=us");
    CHECK_THROWS_AS(to_text(Attributes{{"C", "u1"}}), Error);
    CHECK(attribute_key("EMAILADDRESS") == "emailAddress");
    CHECK_THROWS_AS(attribute_key("XY"), Error);
}
