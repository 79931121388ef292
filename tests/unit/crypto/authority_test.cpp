#include "crypto/certificates/authority.hpp"

#include <algorithm>
#include <set>
#include <thread>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/chain.hpp"
#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/sans.hpp"
#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

using namespace std::string_literals;

Authority make_authority(const std::string& key_name = "ec-p256", Time until = noon + 20 * year) {
    return Authority::create(key_name, {{"O", "Example"}, {"CN", "Test CA"}}, make_number(), noon - hour, until);
}

LeafTemplate leaf_template() {
    return {make_number(),
            {{"O", "Example"}, {"CN", "unit-1"}},
            {"dns:unit-1.example", "ip:192.0.2.1", "ip:2001:db8::1", "uri:urn:example:1", "email:ops@example.org"},
            {"serverAuth", "clientAuth"},
            noon,
            noon + 10 * year};
}

/// What `openssl x509 -text` says, without indentation.
std::string text_by_openssl(const Workshop& workshop, const X509Certificate& certificate) {
    workshop.write("judged.pem", certificate.to_pem());
    return workshop.must("openssl x509 -in judged.pem -noout -text -nameopt RFC2253 | sed 's/^ *//'");
}

/// Verifies as strictly as the openssl command can.
Workshop::Outcome verify_by_openssl(const Workshop& workshop, const Authority& authority, const X509Certificate& leaf,
                                    Time now) {
    workshop.write("ca.pem", authority.certificate().to_pem());
    workshop.write("leaf.pem", leaf.to_pem());
    return workshop.run("SSL_CERT_FILE=/dev/null openssl verify -x509_strict -check_ss_sig -attime " +
                        std::to_string(unix_seconds(now)) + " -CAfile ca.pem leaf.pem");
}

/// An authority by openssl, in NAME.key and NAME.pem: signed by `issuer`, or by itself.
void authority_by_openssl(const Workshop& workshop, const std::string& name, const std::string& issuer = "",
                          const std::string& extensions =
                              "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
                              "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
                          const std::string& key = "EC -pkeyopt ec_paramgen_curve:P-256") {
    workshop.write(name + ".ext", extensions);
    workshop.must("openssl genpkey -algorithm " + key + " -out " + name + ".key");
    workshop.must("openssl req -new -key " + name + ".key -subj '/CN=" + name + "' -out " + name + ".csr");
    auto signer = issuer.empty() ? "-signkey " + name + ".key" : "-CA " + issuer + ".pem -CAkey " + issuer + ".key";
    workshop.must("openssl x509 -req -in " + name + ".csr " + signer + " -set_serial " + std::to_string(name.size()) +
                  "77 -days 3650 -extfile " + name + ".ext -out " + name + ".pem");
}

Authority open_authority(const Workshop& workshop, const std::vector<std::string>& names, const std::string& key) {
    std::string pem;
    for (const auto& name : names) pem += workshop.read(name + ".pem");
    return Authority(X509Certificate::from_pem(view_of(pem)), key_in(workshop, key + ".key"));
}

const Bytes& some_public_key() {
    static const Bytes key = PrivateKey::generate("ec-p256").public_key();
    return key;
}

}  // namespace

TEST_CASE("what no certificate may say is not signed") {
    auto authority = make_authority();
    auto refuse = [&](Code code, auto change, std::string_view word) {
        auto leaf = leaf_template();
        change(leaf);
        refusal(code, [&] { authority.sign(leaf, some_public_key()); }, {word});
    };
    using Leaf = LeafTemplate;
    refuse(
        Code::refused, [](Leaf& leaf) { leaf.not_after = noon + 20 * year + Seconds{1}; }, "outlive");
    refuse(
        Code::refused, [](Leaf& leaf) { leaf.not_before = noon - hour - Seconds{1}; }, "valid from");
    refuse(
        Code::usage, [](Leaf& leaf) { leaf.not_after = leaf.not_before; }, "cannot end");
    refuse(
        Code::usage, [](Leaf& leaf) { leaf.not_after = leaf.not_before - day; }, "cannot end");
    for (std::string number : {""s, "0"s, "00"s, "0000"s, "1"s, "GG"s, "-1"s, "0x01"s, std::string(40, '8'),
                               std::string(42, '1'), "01 "s, "01\n"s})
        refuse(
            Code::usage, [&](Leaf& leaf) { leaf.number = number; }, "certificate number");
    refuse(
        Code::usage,
        [](Leaf& leaf) {
            leaf.subject = {{"CN", std::string(65, 'a')}};
        },
        "64 characters");
    refuse(
        Code::usage, [](Leaf& leaf) { leaf.sans = {"dns:a b"}; }, "alternative name");
    refuse(
        Code::usage, [](Leaf& leaf) { leaf.usages = {"nonsense"}; }, "usage");
    refuse(
        Code::usage, [](Leaf& leaf) { leaf.subject.clear(), leaf.sans.clear(); }, "subject or an alternative name");
    refusal(Code::usage, [&] { authority.sign(leaf_template(), view_of("no key")); }, {"public key"});
    refusal(Code::usage, [&] { authority.sign(leaf_template(), {}); }, {"public key"});
}

TEST_CASE("what is no authority does not become one") {
    Workshop workshop;
    const std::string identifiers = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
    authority_by_openssl(workshop, "root");
    authority_by_openssl(workshop, "leaf", "root", "basicConstraints=critical,CA:FALSE\n" + identifiers);
    authority_by_openssl(workshop, "bare", "", "subjectKeyIdentifier=hash\n");
    authority_by_openssl(workshop, "crl", "",
                         "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\n" + identifiers);
    authority_by_openssl(workshop, "inter", "root");
    authority_by_openssl(workshop, "short", "",
                         "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=keyCertSign\n" + identifiers);
    authority_by_openssl(workshop, "deep", "short");
    authority_by_openssl(workshop, "twin");
    workshop.must(
        "sed -i s/twin/root/ twin.csr; openssl req -new -key twin.key -subj /CN=root -out twin.csr; "
        "openssl x509 -req -in twin.csr -signkey twin.key -days 3650 -extfile twin.ext -out twin.pem");
    authority_by_openssl(workshop, "x", "", "basicConstraints=critical,CA:TRUE\n",
                         "RSA-PSS -pkeyopt rsa_keygen_bits:2048");

    auto refuse = [&](const std::vector<std::string>& chain, const std::string& key, std::string_view word) {
        CAPTURE(key);
        refusal(Code::refused, [&] { open_authority(workshop, chain, key); }, {word});
    };
    refuse({"leaf", "root"}, "leaf", "not that of a CA");
    refuse({"bare"}, "bare", "not that of a CA");
    refuse({"crl"}, "crl", "may not sign certificates");
    refuse({"root"}, "inter", "the key is not that");
    refuse({"root", "inter"}, "inter", "the key is not that");
    refuse({"inter"}, "inter", "not complete");
    refuse({"inter", "short"}, "inter", "does not come next");
    refuse({"inter", "root", "root"}, "inter", "");
    refuse({"inter", "twin"}, "inter", "");
    refuse({"deep", "short"}, "deep", "path length");
    refuse({"x"}, "x", "rsa-pss-2048");
    refusal(Code::refused, [&] { Authority({}, key_in(workshop, "root.key")); }, {"needs its certificate"});
    // The same, whole, is one.
    CHECK_NOTHROW(open_authority(workshop, {"inter", "root"}, "inter"));
    CHECK_NOTHROW(open_authority(workshop, {"short"}, "short"));
    CHECK(is_clean());
}

TEST_CASE("an authority whose certificate was tampered with is refused") {
    auto authority = make_authority();
    Bytes der = authority.certificate().der();
    der.back() ^= 1;
    refusal(Code::refused, [&] {
        Authority({X509Certificate::from_der(der)}, PrivateKey::from_pem(authority.key().to_pem().view()));
    });
    CHECK_NOTHROW(Authority({authority.certificate()}, PrivateKey::from_pem(authority.key().to_pem().view())));
}

TEST_CASE("an authority is not made without a name, or of a kind that is not made here") {
    refusal(Code::usage, [] { Authority::create("ec-p256", {}, make_number(), noon, noon + year); }, {"name"});
    refusal(Code::usage, [] { Authority::create("ec-p192", {{"CN", "a"}}, make_number(), noon, noon + year); });
    refusal(Code::usage, [] { Authority::create("ec-p256", {{"CN", "a"}}, "", noon, noon + year); });
    refusal(Code::usage, [] { Authority::create("ec-p256", {{"CN", "a"}}, make_number(), noon, noon); });
}

TEST_CASE("an authority made here is what RFC 5280 wants of a root") {
    for (std::string name : {"ec-p256", "ec-p384", "ed25519", "rsa-3072"}) {
        CAPTURE(name);
        Workshop workshop;
        auto number = make_number();
        auto authority = Authority::create(name, {{"O", "Example"}, {"CN", "Test CA"}}, number, noon, noon + 30 * year);
        CHECK(is_clean());
        CHECK(authority.not_before() == noon);
        CHECK(authority.not_after() == noon + 30 * year);
        CHECK(authority.key().name() == name);
        CHECK(authority.chain().size() == 1);
        CHECK(match(authority.key(), authority.certificate()));
        auto outcome = verify_by_openssl(workshop, authority, authority.certificate(), noon + day);
        INFO(outcome.output);
        CHECK(outcome.status == 0);

        auto text = text_by_openssl(workshop, authority.certificate());
        CHECK(contains(text, "Version: 3 (0x2)\n"));
        CHECK(contains(text, "Issuer: CN=Test CA,O=Example\n"));
        CHECK(contains(text, "Subject: CN=Test CA,O=Example\n"));
        CHECK(contains(text, "X509v3 Basic Constraints: critical\nCA:TRUE, pathlen:0\n"));
        CHECK(contains(text, "X509v3 Key Usage: critical\nCertificate Sign, CRL Sign\n"));
        CHECK(contains(text, "X509v3 Subject Key Identifier: \n"));
        CHECK_FALSE(contains(text, "Authority Key Identifier"));
        CHECK(authority.certificate().facts().number == number);
        CHECK(authority.certificate().facts().is_ca);
    }
}

TEST_CASE("a leaf says what it shall, and nothing else") {
    Workshop workshop;
    auto authority = make_authority();
    auto leaf = leaf_template();
    auto key = PrivateKey::generate("ec-p256");
    auto certificate = authority.sign(leaf, key.public_key());
    CHECK(is_clean());
    auto outcome = verify_by_openssl(workshop, authority, certificate, noon + day);
    INFO(outcome.output);
    CHECK(outcome.status == 0);
    CHECK(match(key, certificate));
    CHECK(certificate.public_key() == key.public_key());

    auto facts = certificate.facts();
    CHECK(facts.number == leaf.number);
    CHECK(facts.subject == "CN=unit-1,O=Example");
    CHECK(facts.issuer == "CN=Test CA,O=Example");
    CHECK(facts.not_before == leaf.not_before);
    CHECK(facts.not_after == leaf.not_after);
    CHECK(facts.key == "ec-p256");
    CHECK(facts.sans == normalised_sans(leaf.sans));
    CHECK(facts.usages == normalised_usages(leaf.usages));
    CHECK_FALSE(facts.is_ca);

    auto text = text_by_openssl(workshop, certificate);
    CHECK(contains(text, "Version: 3 (0x2)\n"));
    CHECK(contains(text, "X509v3 Basic Constraints: critical\nCA:FALSE\n"));
    CHECK(contains(text, "X509v3 Key Usage: critical\nDigital Signature\n"));
    CHECK(
        contains(text, "X509v3 Extended Key Usage: \nTLS Web Client Authentication, TLS Web Server Authentication\n"));
    CHECK(contains(text,
                   "X509v3 Subject Alternative Name: \nDNS:unit-1.example, email:ops@example.org, "
                   "IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1, URI:urn:example:1\n"));
    auto identifier = [](const std::string& of, const std::string& extension) {
        auto at = of.find(extension + ": \n") + extension.size() + 3;
        return of.substr(at, of.find('\n', at) - at);
    };
    auto ca_text = text_by_openssl(workshop, authority.certificate());
    CHECK(identifier(text, "X509v3 Authority Key Identifier") == identifier(ca_text, "X509v3 Subject Key Identifier"));
    CHECK(identifier(text, "X509v3 Authority Key Identifier").size() == 59);
    CHECK_FALSE(contains(text, "DirName"));
    CHECK(std::string_view(text).substr(text.rfind("X509v3")).starts_with("X509v3 Subject Alternative Name"));

    // The identifiers as OpenSSL computes them.
    workshop.must(
        "openssl x509 -in judged.pem -pubkey -noout | openssl pkey -pubin -outform DER | tail -c 65 | "
        "openssl sha1 -r | cut -c1-40 | tr a-f A-F > hash.txt");
    auto hash = workshop.read("hash.txt");
    auto subject_key = identifier(ca_text, "X509v3 Subject Key Identifier");
    std::erase(subject_key, ':');
    CHECK(subject_key + "\n" == hash);
}

TEST_CASE("keys of every kind are certified by authorities of every kind") {
    for (std::string issuer : {"ec-p256", "ec-p384", "ed25519", "rsa-3072"}) {
        auto authority = make_authority(issuer);
        Workshop workshop;
        for (std::string name : {"ec-p256", "ec-p384", "ed25519", "rsa-3072"}) {
            CAPTURE(issuer);
            CAPTURE(name);
            auto key = PrivateKey::generate(name);
            auto certificate = authority.sign(leaf_template(), verify_request(make_request(key)).public_key);
            CHECK(verify_by_openssl(workshop, authority, certificate, noon).status == 0);
            auto facts = certificate.facts();
            CHECK(facts.key == name);
            auto expected = issuer == "ec-p384"    ? "ecdsa-with-SHA384"s
                            : issuer == "ed25519"  ? "ED25519"s
                            : issuer == "rsa-3072" ? "sha256WithRSAEncryption"s
                                                   : "ecdsa-with-SHA256"s;
            CHECK(facts.signature == expected);
            auto text = text_by_openssl(workshop, certificate);
            CHECK(contains(text,
                           name == "rsa-3072" ? "\nDigital Signature, Key Encipherment\n" : "\nDigital Signature\n"));
            std::vector<X509Certificate> chain{certificate, authority.certificate()};
            CHECK_NOTHROW(check_chain(chain, key.public_key(), noon));
        }
    }
}

TEST_CASE("a leaf without a subject has critical names, one without usages none") {
    Workshop workshop;
    auto authority = make_authority();
    auto leaf = leaf_template();
    leaf.subject.clear();
    leaf.usages.clear();
    auto certificate = authority.sign(leaf, some_public_key());
    CHECK(verify_by_openssl(workshop, authority, certificate, noon).status == 0);
    auto text = text_by_openssl(workshop, certificate);
    CHECK(contains(text, "Subject: \n"));
    CHECK(contains(text, "X509v3 Subject Alternative Name: critical\n"));
    CHECK_FALSE(contains(text, "Extended Key Usage"));

    leaf = leaf_template();
    leaf.sans.clear();
    auto nameless = authority.sign(leaf, some_public_key());
    CHECK(verify_by_openssl(workshop, authority, nameless, noon).status == 0);
    CHECK_FALSE(contains(text_by_openssl(workshop, nameless), "Alternative Name"));
}

TEST_CASE("dates are UTCTime until 2049 and GeneralizedTime from 2050") {
    Workshop workshop;
    auto end_of_time = from_rfc3339("9999-12-31T23:59:59Z").value();
    auto authority = make_authority("ec-p256", end_of_time);
    auto leaf = leaf_template();
    auto dates = [&](const char* until) {
        leaf.not_after = from_rfc3339(until).value();
        auto certificate = authority.sign(leaf, some_public_key());
        CHECK(certificate.facts().not_after == leaf.not_after);
        CHECK(verify_by_openssl(workshop, authority, certificate, noon).status == 0);
        return workshop.must("openssl asn1parse -in leaf.pem | grep TIME | sed 's/.*prim: *//'");
    };
    CHECK(dates("2049-12-31T23:59:59Z") == "UTCTIME           :261122000000Z\nUTCTIME           :491231235959Z\n");
    CHECK(dates("2050-01-01T00:00:00Z") == "UTCTIME           :261122000000Z\nGENERALIZEDTIME   :20500101000000Z\n");
    CHECK(dates("9999-12-31T23:59:59Z") == "UTCTIME           :261122000000Z\nGENERALIZEDTIME   :99991231235959Z\n");
}

TEST_CASE("text is UTF8String, a country PrintableString") {
    Workshop workshop;
    auto authority = make_authority();
    auto leaf = leaf_template();
    leaf.subject = {
        {"C", "DE"}, {"O", "Grüße"}, {"CN", std::string(64, 'a')}, {"DC", "example"}, {"serialNumber", "7"}};
    workshop.write("leaf.pem", authority.sign(leaf, some_public_key()).to_pem());
    auto parsed = workshop.must("openssl asn1parse -in leaf.pem | sed 's/.*prim: *//'");
    CHECK(contains(parsed, "OBJECT            :countryName\nPRINTABLESTRING   :DE\n"));
    CHECK(contains(parsed, "OBJECT            :organizationName\nUTF8STRING        :Grüße\n"));
    CHECK(contains(parsed, "OBJECT            :domainComponent\nIA5STRING         :example\n"));
    CHECK(contains(parsed, "OBJECT            :serialNumber\nPRINTABLESTRING   :7\n"));
}

TEST_CASE("authorities brought along sign, with their chain") {
    Workshop workshop;
    const std::string identifiers = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
    authority_by_openssl(workshop, "root");
    authority_by_openssl(workshop, "inter", "root");
    authority_by_openssl(workshop, "bare", "", "basicConstraints=CA:TRUE\nsubjectKeyIdentifier=none\n",
                         "RSA -pkeyopt rsa_keygen_bits:2048");
    authority_by_openssl(workshop, "p521", "", "basicConstraints=CA:TRUE\n" + identifiers,
                         "EC -pkeyopt ec_paramgen_curve:P-521");
    auto authority = open_authority(workshop, {"inter", "root"}, "inter");
    REQUIRE(authority.chain().size() == 2);
    auto leaf = leaf_template();
    leaf.not_before = authority.not_before();
    leaf.not_after = authority.not_after();
    auto certificate = authority.sign(leaf, some_public_key());
    workshop.write("leaf.pem", certificate.to_pem());
    workshop.must("SSL_CERT_FILE=/dev/null openssl verify -x509_strict -CAfile root.pem -untrusted inter.pem leaf.pem");
    std::vector<X509Certificate> chain{certificate, authority.chain()[0], authority.chain()[1]};
    CHECK_NOTHROW(check_chain(chain, some_public_key(), leaf.not_before + hour));

    for (std::string name : {"bare", "p521"}) {
        auto other = open_authority(workshop, {name}, name);
        leaf.not_before = other.not_before();
        leaf.not_after = other.not_after();
        workshop.write("leaf.pem", other.sign(leaf, some_public_key()).to_pem());
        workshop.must("SSL_CERT_FILE=/dev/null openssl verify -CAfile " + name + ".pem leaf.pem");
    }
    auto bare = open_authority(workshop, {"bare"}, "bare");
    leaf.not_before = bare.not_before();
    leaf.not_after = bare.not_after();
    // Without an SKI in the issuer, the AKI is what it would be (openssl hashes the same bits).
    workshop.must(
        "openssl x509 -in bare.pem -x509toreq -signkey bare.key -out b.csr; openssl x509 -req -in b.csr -signkey "
        "bare.key -extfile inter.ext -out bare-with.pem");
    auto with = workshop.must("openssl x509 -in bare-with.pem -noout -ext subjectKeyIdentifier | tail -1");
    workshop.write("leaf.pem", bare.sign(leaf, some_public_key()).to_pem());
    CHECK(workshop.must("openssl x509 -in leaf.pem -noout -ext authorityKeyIdentifier | tail -1") == with);
    CHECK(is_clean());
}

TEST_CASE("one authority signs in many threads") {
    auto authority = make_authority();
    auto key = PrivateKey::generate("ec-p256");
    Bytes public_key = key.public_key();
    std::vector<std::thread> threads;
    std::vector<int> failures(4);
    for (auto& failed : failures)
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                auto request = verify_request(make_request(key));
                std::vector<X509Certificate> chain{authority.sign(leaf_template(), request.public_key),
                                                   authority.certificate()};
                try {
                    check_chain(chain, public_key, noon);
                } catch (const Error&) {
                    ++failed;
                }
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(failures == std::vector<int>(4));
}

TEST_CASE("numbers have 40 digits, are positive, and never come twice") {
    std::set<std::string> seen;
    bool has_high[16] = {};
    for (int i = 0; i < 2000; ++i) {
        auto number = make_number();
        CHECK(number.size() == 40);
        CHECK(number.find_first_not_of("0123456789ABCDEF") == std::string::npos);
        CHECK((number.front() >= '4' && number.front() <= '7'));
        has_high[number.front() - '0'] = true;
        seen.insert(number);
    }
    CHECK(seen.size() == 2000);
    for (int digit : {4, 5, 6, 7}) CHECK(has_high[digit]);
}
