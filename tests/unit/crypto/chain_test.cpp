#include "crypto/certificates/chain.hpp"

#include "crypto/certificates/authority.hpp"
#include "crypto/tower.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

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
        chain[i] = X509Certificate::from_der(der);
        refuse(chain);
    }
    // Nothing of it is remembered for the whole one, nor the other way round.
    accept(whole);
}

TEST_CASE("a leaf's signature that was verified before is not verified again; all else is") {
    auto whole = tower().chain({"leaf", "inter", "root"});
    auto now = shortly_after_birth(whole);
    auto with_damaged = [&](std::size_t i) {
        auto chain = whole;
        Bytes der = chain[i].der();
        der.back() ^= 1;
        chain[i] = X509Certificate::from_der(der);
        return chain;
    };
    auto check_known = [&](const std::vector<X509Certificate>& chain, Time then) {
        check_other_chain(chain, whole.front().public_key(), then, LeafSignature::verified);
    };
    CHECK_NOTHROW(check_known(whole, now));
    CHECK_NOTHROW(check_known(with_damaged(0), now));
    refusal(Code::refused, [&] { check_other_chain(with_damaged(0), whole.front().public_key(), now); });
    refusal(Code::refused, [&] { check_known(with_damaged(1), now); });
    refusal(Code::refused, [&] { check_known(with_damaged(2), now); });
    refusal(Code::refused, [&] { check_known({whole[0], whole[2]}, now); }, {"does not come next"});
    refusal(Code::refused, [&] { check_known(whole, now + 11 * year); }, {"expired"});
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

TEST_CASE("an issuer is named by its own name and number, or by none") {
    Tower own;
    auto leaf = [&](const std::string& name, const std::string& identifier) {
        own.make(name, "inter", "basicConstraints=CA:FALSE\nsubjectAltName=DNS:a\n" + identifier, 30);
        return own.chain({name, "inter", "root"});
    };
    auto good = leaf("good", "authorityKeyIdentifier=keyid,issuer:always\n");
    accept(good);
    // CN=x and number 5.
    auto bad = leaf("bad",
                    "authorityKeyIdentifier=DER:3015A110A40E300C310A30080603550403"
                    "0C0178820105\n");
    CHECK(is_refused_by_openssl(bad, shortly_after_birth(bad)));
    refuse(bad);
}

TEST_CASE("a leaf from before its issuer is refused") {
    Tower own;
    own.workshop.write("ca.cnf", std::string_view("[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\n"
                                                  "new_certs_dir=.\ndefault_md=sha256\npolicy=p\n"
                                                  "[p]\ncommonName=supplied\n"));
    own.workshop.must(
        "touch index; echo 01 > serial; openssl ca -batch -config ca.cnf -cert inter.pem -keyfile inter.key "
        "-in leaf.csr -extfile leaf.ext -startdate 20200101000000Z -enddate 20300101000000Z -notext -out early.pem");
    auto chain = own.chain({"early", "inter", "root"});
    auto now = chain[1].facts().not_before + hour;
    CHECK_FALSE(is_refused_by_openssl(chain, now));
    refusal(Code::refused, [&] { check_chain(chain, chain[0].public_key(), now); }, {"CN=leaf", "its issuer only"});
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
