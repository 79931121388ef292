#include <algorithm>

#include "crypto/asn1.hpp"
#include "crypto/certificate.hpp"
#include "crypto/issuers.hpp"
#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

const std::string identifiers = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
const std::string ca = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n" + identifiers;
const std::string unit =
    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nsubjectAltName=DNS:unit.example\n" +
    identifiers;

/// Chains by the openssl command: a root, an intermediate, and leaves below.
class Tower {
public:
    Tower() {
        make("root", "", ca);
        make("inter", "root", ca);
        make("leaf", "inter", unit, 365);
    }

    void make(const std::string& name, const std::string& issuer, const std::string& extensions, int days = 3650,
              const std::string& subject = "", const std::string& options = "") const {
        workshop.write(name + ".ext", extensions);
        workshop.must("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out " + name + ".key");
        workshop.must("openssl req -new -key " + name + ".key -subj '/CN=" + (subject.empty() ? name : subject) +
                      "' -out " + name + ".csr");
        auto signer = issuer.empty() ? "-signkey " + name + ".key" : "-CA " + issuer + ".pem -CAkey " + issuer + ".key";
        workshop.must("openssl x509 -req -in " + name + ".csr " + signer + " -days " + std::to_string(days) +
                      " -extfile " + name + ".ext -out " + name + ".pem " + options);
    }

    std::vector<Certificate> chain(const std::vector<std::string>& names) const {
        std::vector<Certificate> result;
        for (const auto& name : names) result.push_back(certificate_in(workshop, name + ".pem"));
        return result;
    }

    Workshop workshop;
};

const Tower& tower() {
    static const Tower built;
    return built;
}

Time shortly_after_birth(const std::vector<Certificate>& chain) { return chain.front().facts().not_before + hour; }

void accept(const std::vector<Certificate>& chain) {
    CHECK_NOTHROW(check_chain(chain, chain.front().public_key(), shortly_after_birth(chain)));
    CHECK(is_clean());
}

void refuse(const std::vector<Certificate>& chain, std::initializer_list<std::string_view> words = {},
            Seconds later = Seconds{0}) {
    auto error = refusal(
        Code::refused, [&] { check_chain(chain, chain.front().public_key(), shortly_after_birth(chain) + later); },
        words);
    CHECK_FALSE(error.message().empty());
}

bool is_refused(const std::vector<Certificate>& chain, Time now) {
    try {
        check_chain(chain, chain.front().public_key(), now);
        return false;
    } catch (const Error& error) {
        CHECK(static_cast<int>(error.code()) == static_cast<int>(Code::refused));
        return true;
    }
}

bool is_refused_by_openssl(const std::vector<Certificate>& chain, Time now) {
    try {
        verify_with_openssl(chain, now);
        return false;
    } catch (const Error&) {
        return true;
    }
}

}  // namespace

TEST_CASE("an empty chain is refused") {
    refusal(Code::refused, [] { check_chain({}, Bytes{1}, noon); }, {"empty"});
}

TEST_CASE("a chain for another key is refused") {
    auto chain = tower().chain({"leaf", "inter", "root"});
    auto now = shortly_after_birth(chain);
    auto other = PrivateKey::generate("ec-p256").public_key();
    refusal(Code::refused, [&] { check_chain(chain, other, now); }, {"another key"});
    refusal(Code::refused, [&] { check_chain(chain, {}, now); }, {"another key"});
    refusal(Code::refused, [&] { check_chain(chain, view_of("nonsense"), now); }, {"another key"});
}

TEST_CASE("a chain in the wrong order is refused") {
    auto chain = tower().chain({"inter", "leaf", "root"});
    auto key = chain[1].public_key();
    refusal(Code::refused, [&] { check_chain(chain, key, shortly_after_birth(chain)); },
            {"does not begin with the leaf"});
    refuse(tower().chain({"leaf", "root", "inter"}),
           {"certificate 1 of 3 (CN=leaf)", "CN=inter", "does not come next"});
}

TEST_CASE("an incomplete chain is refused") {
    refuse(tower().chain({"leaf", "inter"}), {"not complete", "CN=root", "missing"});
    refuse(tower().chain({"leaf"}), {"not complete", "CN=inter"});
    refuse(tower().chain({"leaf", "root"}), {"does not come next"});
}

TEST_CASE("a chain with more than belongs to it is refused") {
    refuse(tower().chain({"leaf", "inter", "root", "root"}));
    refuse(tower().chain({"leaf", "inter", "inter", "root"}));
    refuse(tower().chain({"leaf", "inter", "root", "leaf"}));
}

TEST_CASE("a certificate that nobody issued is refused") {
    Tower own;
    own.make("self", "", unit);
    refuse(own.chain({"self"}), {"signed by itself"});
    refuse(own.chain({"self", "self"}));
    refuse(own.chain({"root"}), {"signed by itself"});
}

TEST_CASE("a CA does not pass for a leaf") { refuse(tower().chain({"inter", "root"}), {"CN=inter", "is a CA"}); }

TEST_CASE("dates are judged for every certificate, at the time given") {
    Tower own;
    own.make("old", "", ca, 30);
    own.make("young", "old", unit, 20);
    auto chain = own.chain({"young", "old"});
    accept(chain);
    refuse(chain, {"certificate 1 of 2 (CN=young)", "expired"}, 21 * day);
    refuse(chain, {"certificate 1 of 2 (CN=young)", "expired"}, 40 * day);
    refuse(chain, {"certificate 1 of 2", "valid only from"}, -2 * hour);
    // To the second, as OpenSSL has it.
    auto facts = chain[0].facts();
    for (auto [now, good] : {std::pair{facts.not_before, true},
                             {facts.not_before - Seconds{1}, false},
                             {facts.not_after - Seconds{1}, true},
                             {facts.not_after, false}}) {
        CHECK(is_refused(chain, now) == !good);
        CHECK(is_refused_by_openssl(chain, now) == !good);
    }
    // An issuer that ends first.
    own.make("outliving", "old", unit, 31);
    refuse(own.chain({"outliving", "old"}), {"CN=outliving", "its issuer only"});
    auto long_chain = tower().chain({"leaf", "inter", "root"});
    refuse(long_chain, {"expired"}, 11 * year);
}

TEST_CASE("an issuer that has expired is named") {
    // Nested validities never let the root end first, so the leaf has to outlast the intermediate's root.
    Tower own;
    own.make("r", "", ca, 10);
    own.make("i", "r", ca, 30);
    own.make("l", "i", unit, 20);
    auto chain = own.chain({"l", "i", "r"});
    accept(chain);
    refuse(chain, {"certificate 3 of 3 (CN=r)", "expired", "renew the issuer"}, 15 * day);
}

TEST_CASE("a tampered signature anywhere is refused") {
    auto whole = tower().chain({"leaf", "inter", "root"});
    accept(whole);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto chain = whole;
        Bytes der = chain[i].der();
        der.back() ^= 1;
        chain[i] = Certificate::from_der(der);
        refuse(chain);
    }
    // Nothing of it is remembered for the whole one, nor the other way round.
    accept(whole);
}

TEST_CASE("another CA of the same name is refused") {
    Tower own;
    Workshop& workshop = own.workshop;
    own.make("twin", "", ca, 3650, "root");
    own.make("impostor", "twin", ca, 3650, "inter");
    refuse(own.chain({"leaf", "inter", "twin"}));
    refuse(own.chain({"leaf", "impostor", "twin"}));
    refuse(own.chain({"leaf", "impostor", "root"}));
    // Without identifiers, only the signature tells.
    const std::string no_identifiers = "subjectKeyIdentifier=none\nauthorityKeyIdentifier=none\n";
    own.make("r1", "", "basicConstraints=CA:TRUE\n" + no_identifiers, 3650, "r");
    own.make("r2", "", "basicConstraints=CA:TRUE\n" + no_identifiers, 3650, "r");
    own.make("l1", "r1", "basicConstraints=CA:FALSE\nsubjectAltName=DNS:a\n" + no_identifiers, 30);
    accept(own.chain({"l1", "r1"}));
    refuse(own.chain({"l1", "r2"}), {"signature"});
    CHECK(workshop.run("openssl verify -CAfile r2.pem l1.pem").status != 0);
}

TEST_CASE("what CAs may not do, they may not do here") {
    Tower own;
    const std::string short_ca =
        "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n" + identifiers;
    own.make("short", "", short_ca);
    own.make("below", "short", ca);
    own.make("deep", "below", unit, 30);
    refuse(own.chain({"deep", "below", "short"}), {"path length"});
    own.make("straight", "short", unit, 30);
    accept(own.chain({"straight", "short"}));

    own.make("no-sign", "root", "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\n" + identifiers);
    own.make("a", "no-sign", unit, 30);
    refuse(own.chain({"a", "no-sign", "root"}));

    own.make("no-ca", "root", "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,keyCertSign\n" + identifiers);
    own.make("b", "no-ca", unit, 30);
    refuse(own.chain({"b", "no-ca", "root"}));

    own.make("bare", "root", identifiers);
    own.make("c", "bare", unit, 30);
    refuse(own.chain({"c", "bare", "root"}));

    own.make("named", "root", ca + "nameConstraints=critical,permitted;DNS:good.example\n");
    own.make("good", "named", "basicConstraints=CA:FALSE\nsubjectAltName=DNS:a.good.example\n" + identifiers, 30);
    own.make("evil", "named", "basicConstraints=CA:FALSE\nsubjectAltName=DNS:evil.example\n" + identifiers, 30);
    accept(own.chain({"good", "named", "root"}));
    refuse(own.chain({"evil", "named", "root"}), {"certificate 1 of 3 (CN=evil)", "permitted"});

    own.make("secret", "root", ca + "1.2.3.4=critical,DER:0500\n");
    own.make("d", "secret", unit, 30);
    refuse(own.chain({"d", "secret", "root"}), {"critical"});
}

TEST_CASE("leaves with something unusual are judged by OpenSSL") {
    Tower own;
    auto leaf = [&](const std::string& name, const std::string& more) {
        own.make(name, "inter", unit + more, 30);
        return own.chain({name, "inter", "root"});
    };
    refuse(leaf("critical", "1.2.3.4=critical,DER:0500\n"), {"critical"});
    accept(leaf("harmless", "1.2.3.4=DER:0500\n"));
    accept(
        leaf("aia", "authorityInfoAccess=OCSP;URI:http://a.example/\ncrlDistributionPoints=URI:http://a.example/c\n"));
    accept(leaf("policy", "certificatePolicies=1.2.3.4\n"));
    refuse(leaf("damaged", "extendedKeyUsage=DER:0500\n"));
    refuse(leaf("damaged-twice", "crlDistributionPoints=DER:0500\n"));

    own.make("serial", "inter",
             "basicConstraints=CA:FALSE\nsubjectAltName=DNS:a\nauthorityKeyIdentifier=keyid,issuer:always\n", 30);
    accept(own.chain({"serial", "inter", "root"}));
    own.make("wrong", "inter", "basicConstraints=CA:FALSE\nauthorityKeyIdentifier=DER:30028000\n", 30);
    refuse(own.chain({"wrong", "inter", "root"}));
    own.make("proxy", "inter", "proxyCertInfo=critical,language:id-ppl-anyLanguage,pathlen:0\n", 30);
    refuse(own.chain({"proxy", "inter", "root"}));
    own.make("same-name", "inter", unit, 30, "inter");
    auto same_name = own.chain({"same-name", "inter", "root"});
    CHECK(is_refused(same_name, shortly_after_birth(same_name)) ==
          is_refused_by_openssl(same_name, shortly_after_birth(same_name)));
}

TEST_CASE("a leaf whose key nobody can use is refused") {
    Tower own;
    own.workshop.must(
        "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -out e.key");
    own.workshop.must("openssl req -new -key e.key -subj /CN=e -out e.csr");
    own.workshop.must(
        "openssl x509 -req -in e.csr -CA inter.pem -CAkey inter.key -days 30 -extfile leaf.ext -out e.pem");
    refuse(own.chain({"e", "inter", "root"}), {"explicit"});
    auto authority = Authority::create("ec-p256", {{"CN", "a"}}, make_number(), noon, noon + year);
    auto key = PrivateKey::generate("ec-p256").public_key();
    key.back() ^= 1;
    auto leaf = authority.sign({make_number(), {}, {"dns:a"}, {}, noon, noon + day}, key);
    refuse({leaf, authority.certificate()});
}

TEST_CASE("whatever is changed in a leaf, what OpenSSL refuses is refused") {
    auto whole = tower().chain({"leaf", "inter", "root"});
    auto now = shortly_after_birth(whole);
    int judged = 0;
    for (std::size_t i = 0; i < whole.front().der().size(); ++i)
        for (int mask : {0x01, 0x80}) {
            Bytes der = whole.front().der();
            der[i] ^= static_cast<std::uint8_t>(mask);
            auto chain = whole;
            try {
                chain[0] = Certificate::from_der(der);
            } catch (const Error&) {
                continue;
            }
            ++judged;
            CAPTURE(i);
            CHECK(is_refused(chain, now));
            CHECK(is_refused_by_openssl(chain, now));
        }
    CHECK(judged > 300);
    accept(whole);
}

TEST_CASE("whatever is changed in an issuer, what OpenSSL refuses is refused") {
    auto whole = tower().chain({"leaf", "inter", "root"});
    auto now = shortly_after_birth(whole);
    for (std::size_t at : {1, 2})
        for (std::size_t i = 0; i < whole[at].der().size(); i += 2) {
            Bytes der = whole[at].der();
            der[i] ^= 0x01;
            auto chain = whole;
            try {
                chain[at] = Certificate::from_der(der);
            } catch (const Error&) {
                continue;
            }
            CAPTURE(at);
            CAPTURE(i);
            CHECK(is_refused(chain, now));
        }
}

TEST_CASE("good chains pass, and are remembered without harm") {
    for (int i = 0; i < 3; ++i) accept(tower().chain({"leaf", "inter", "root"}));
    tower().workshop.must("SSL_CERT_FILE=/dev/null openssl verify -CAfile root.pem -untrusted inter.pem leaf.pem");
    // More CAs than are remembered.
    for (int i = 0; i < 70; ++i) {
        auto authority = Authority::create("ec-p256", {{"CN", "a"}}, make_number(), noon, noon + year);
        auto key = PrivateKey::generate("ec-p256").public_key();
        auto leaf = authority.sign({make_number(), {}, {"dns:a"}, {}, noon, noon + day}, key);
        accept({leaf, authority.certificate()});
    }
}
