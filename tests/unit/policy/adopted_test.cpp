#include <doctest/doctest.h>

#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

using namespace rekey;
using namespace rekey::policy;

namespace {

using Names = std::vector<std::string>;

Subject adopted(const std::string& key, Names key_usage, Names usages = {"clientAuth"}) {
    Subject slot;
    slot.unit = "plc7";
    slot.type = "online";
    slot.adopted_subject = "CN=plc7";
    slot.adopted_sans = Names{"uri:urn:plc7"};
    AdoptedDetails details{key, std::move(usages), {}};
    details.details.key_usage = std::move(key_usage);
    details.details.policies = {"1.2.3.4"};
    details.details.crl_urls = {"http://pki.example/ca.crl"};
    slot.adopted_details = details;
    return slot;
}

Rules rules_of(const std::string& config, const Subject& slot) {
    return rules_for(Policy::parse(config, "policy.toml"), slot);
}

}  // namespace

TEST_CASE("what an adopted certificate was is what is made, unless a rule says otherwise") {
    auto slot = adopted("rsa-3072", {"digitalSignature", "nonRepudiation", "dataEncipherment"});
    auto rules = rules_of("", slot);
    CHECK(rules.key == "rsa-3072");
    CHECK(rules.usages == Names{"clientAuth"});
    CHECK(rules.details == slot.adopted_details->details);
    rules = rules_of(
        "[type.online]\nkey = \"ec-p384\"\nusages = [\"serverAuth\"]\nkey_usage = [\"digitalSignature\"]\n"
        "certificate_policies = []\ncrl_urls = []\nocsp_urls = [\"http://ocsp.example/\"]\n",
        slot);
    CHECK(rules.key == "ec-p384");
    CHECK(rules.usages == Names{"serverAuth"});
    CHECK(rules.details.key_usage == Names{"digitalSignature"});
    CHECK(rules.details.policies.empty());
    CHECK(rules.details.crl_urls.empty());
    CHECK(rules.details.ocsp_urls == Names{"http://ocsp.example/"});
}

TEST_CASE("a key that is not made here becomes the nearest of its family that policy allows") {
    CHECK(rules_of("", adopted("rsa-2048", {})).key == "rsa-2048");
    CHECK(rules_of("", adopted("rsa-1024", {})).key == "rsa-3072");
    CHECK(rules_of("", adopted("rsa-8192", {})).key == "rsa-4096");
    CHECK(rules_of("", adopted("ec-p521", {})).key == "ec-p521");
    CHECK(rules_of("", adopted("ec-brainpoolP512r1", {})).key == "ec-p521");
    CHECK(rules_of("", adopted("ec-secp256k1", {})).key == "ec-p256");
    CHECK(rules_of("", adopted("dsa-2048", {})).key == "ec-p256");
    CHECK(rules_of("[defaults]\nallowed_keys = [\"rsa-4096\"]\n", adopted("rsa-2048", {})).key == "rsa-4096");
    CHECK(rules_of("[defaults]\nallowed_keys = [\"ec-p256\", \"ed25519\"]\n", adopted("rsa-2048", {})).key ==
          "ec-p256");
    CHECK(rules_of("[defaults]\nallowed_keys = [\"ed25519\"]\n", adopted("rsa-2048", {})).key == "ed25519");
}

TEST_CASE("a certificate without limits stays without, and no leaf gets what only a CA may do") {
    CHECK(rules_of("", adopted("ec-p256", {}, {})).usages.empty());
    CHECK(rules_of("", adopted("ec-p256", {}, {})).details.key_usage.empty());
    CHECK(rules_of("", adopted("ec-p256", {"digitalSignature", "keyCertSign", "cRLSign"})).details.key_usage ==
          Names{"digitalSignature"});
    // Not without limits, because all that it might do is what it may not.
    CHECK(rules_of("", adopted("ec-p256", {"keyCertSign"})).details.key_usage == Names{"digitalSignature"});
    CHECK(rules_of("[type.online]\nkey = \"ec-p256\"\n", adopted("rsa-3072", {"digitalSignature", "keyEncipherment"}))
              .details.key_usage == Names{"digitalSignature"});
}

TEST_CASE("a certificate that is as it was adopted is not due, and one that differs in a detail is") {
    auto slot = adopted("ec-p256", {"digitalSignature", "keyAgreement"});
    auto rules = rules_of("", slot);
    CertificateFacts facts;
    facts.key = "ec-p256";
    facts.subject = "CN=plc7";
    facts.sans = {"uri:urn:plc7"};
    facts.usages = {"clientAuth"};
    facts.not_after = Time{} + std::chrono::days(3650);
    facts.details = slot.adopted_details->details;
    auto verdict = [&] {
        return judge(facts, {}, "local", rules, {"local", facts.not_after + std::chrono::days(9000)}, {});
    };
    CHECK(verdict().due == Due::no);
    facts.details->crl_urls = {};
    CHECK(verdict().due == Due::policy);
    CHECK(verdict().why == "CRL addresses are none, rules say http://pki.example/ca.crl");
    facts.details.reset();
    CHECK(verdict().due == Due::no);
}

TEST_CASE("rules about details are checked where they are written") {
    for (const char* wrong :
         {"key_usage = [\"keyCertSign\"]", "key_usage = [\"sign\"]", "certificate_policies = [\"any\"]",
          "crl_urls = [\"pki.example\"]", "ocsp_urls = [\"file:///etc\"]"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(Policy::parse("[defaults]\n" + std::string(wrong) + "\n", "policy.toml"), Error);
    }
}
