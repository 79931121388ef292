#include "crypto/certificates/authority.hpp"
#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

const std::string ca =
    "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n";

/// NAME.pem and NAME.key by openssl, with these extensions more; signed by `above`, or by itself.
void make_ca(const Workshop& workshop, const std::string& name, const std::string& more,
             const std::string& above = "") {
    workshop.write(name + ".ext", ca + more);
    workshop.must("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout " + name +
                  ".key -subj /CN=" + name + " -out " + name + ".csr");
    auto signer =
        above.empty() ? "-signkey " + name + ".key" : "-CA " + above + ".pem -CAkey " + above + ".key -CAcreateserial";
    workshop.must("openssl x509 -req -in " + name + ".csr " + signer + " -days 3650 -extfile " + name + ".ext -out " +
                  name + ".pem");
}

Authority open_ca(const Workshop& workshop, const std::vector<std::string>& names) {
    std::string pem;
    for (const auto& name : names) pem += workshop.read(name + ".pem");
    auto key = Secret::copy_of(workshop.read_bytes(names.front() + ".key"));
    return Authority(X509Certificate::from_pem(view_of(pem)), PrivateKey::from_pem(key.view()));
}

LeafTemplate leaf_below(const Authority& authority, const std::string& name, const std::vector<std::string>& usages) {
    return {make_number(), {{"CN", name}}, {"dns:" + name}, usages, authority.not_before(), authority.not_after()};
}

/// Signs it all the same, and asks openssl for every purpose of the leaf.
bool is_good_by_openssl(const Workshop& workshop, const Authority& authority, const LeafTemplate& leaf) {
    workshop.write("leaf.pem", authority.sign(leaf, PrivateKey::generate("ec-p256").public_key()).to_pem());
    std::string above;
    for (const auto& each : authority.chain()) above += each.to_pem();
    workshop.write("above.pem", above);
    workshop.write("root.pem", authority.chain().back().to_pem());
    bool good = true;
    for (const auto& usage : leaf.usages)
        good = good && workshop.run("SSL_CERT_FILE=/dev/null openssl verify -policy_check -purpose " +
                                    std::string(usage == "serverAuth" ? "sslserver" : "sslclient") +
                                    " -CAfile root.pem -untrusted above.pem leaf.pem")
                               .status == 0;
    return good;
}

}  // namespace

TEST_CASE("whether a leaf would be valid below a CA is known before it is signed, as openssl says after") {
    Workshop workshop;
    make_ca(workshop, "plain", "");
    make_ca(workshop, "clients", "extendedKeyUsage=clientAuth\n");
    make_ca(workshop, "any", "extendedKeyUsage=clientAuth,anyExtendedKeyUsage\n");
    make_ca(workshop, "under", "", "clients");
    make_ca(workshop, "names", "nameConstraints=critical,permitted;DNS:example.com\n");
    make_ca(workshop, "below", "", "names");
    make_ca(workshop, "never", "nameConstraints=critical,excluded;DNS:example.com\n");
    make_ca(workshop, "strict", "");
    // Without policies of its own, OpenSSL 3.0 leaks what it has read of the constraints.
    make_ca(workshop, "policy", "policyConstraints=requireExplicitPolicy:0\ncertificatePolicies=1.2.3.4\n", "strict");

    struct Case {
        std::vector<std::string> chain;
        std::string name;
        std::vector<std::string> usages;
        std::string why;  ///< a part of it; empty: it is allowed
    };
    for (const auto& each : std::vector<Case>{
             {{"plain"}, "pump", {"serverAuth", "clientAuth"}, ""},
             {{"clients"}, "pump", {"clientAuth"}, ""},
             {{"clients"}, "pump", {"serverAuth", "clientAuth"}, "'CN=clients' allows only clientAuth"},
             {{"any"}, "pump", {"clientAuth"}, ""},
             {{"under", "clients"}, "pump", {"serverAuth"}, "'CN=clients' allows only clientAuth"},
             {{"names"}, "pump.example.com", {"serverAuth"}, ""},
             {{"names"}, "pump", {"serverAuth"}, "name constraints of 'CN=names' do not allow CN=pump, dns:pump"},
             {{"below", "names"}, "pump", {"serverAuth"}, "name constraints of 'CN=names'"},
             {{"below", "names"}, "a.example.com", {"serverAuth"}, ""},
             {{"never"}, "a.example.com", {"serverAuth"}, "name constraints of 'CN=never'"},
             {{"never"}, "pump", {"serverAuth"}, ""},
             {{"policy", "strict"}, "pump", {"serverAuth"}, "polic"},
         }) {
        auto authority = open_ca(workshop, each.chain);
        auto leaf = leaf_below(authority, each.name, each.usages);
        CAPTURE(each.chain.front());
        CAPTURE(each.name);
        auto why = authority.why_not(leaf);
        CHECK(why.has_value() == !each.why.empty());
        if (why) {
            CAPTURE(*why);
            CHECK(contains(*why, each.why));
        }
        CHECK(ERR_peek_error() == 0);
        CHECK(is_good_by_openssl(workshop, authority, leaf) == each.why.empty());
    }
    CHECK(limits_of(open_ca(workshop, {"under", "clients"}).chain()).size() == 1);
    CHECK(limits_of(open_ca(workshop, {"below", "names"}).chain()).size() == 1);
    CHECK(limits_of(open_ca(workshop, {"plain"}).chain()).empty());
}

TEST_CASE("a root that is renewed has the same key, name and extensions") {
    Workshop workshop;
    make_ca(workshop, "root", "nameConstraints=permitted;DNS:example.com\n1.2.3.4=ASN1:UTF8String:kept\n");
    auto old = open_ca(workshop, {"root"});
    auto leaf = leaf_below(old, "a.example.com", {"serverAuth"});
    workshop.write("leaf.pem", old.sign(leaf, PrivateKey::generate("ec-p256").public_key()).to_pem());
    auto number = make_number();
    auto renewed = old.renew_root(number, old.not_before(), old.not_after() + std::chrono::days{365});
    workshop.write("renewed.pem", renewed.to_pem());
    CHECK(renewed.facts().number == number);
    CHECK(renewed.facts().not_before == old.not_before());
    CHECK(renewed.facts().not_after == old.not_after() + std::chrono::days{365});
    CHECK_FALSE(old.difference_from(renewed));
    auto extensions = [&](const std::string& name) {
        return workshop.must("openssl x509 -in " + name +
                             " -noout -text | sed -n '/X509v3 extensions/,/Signature Alg/p'");
    };
    CHECK(extensions("renewed.pem") == extensions("root.pem"));
    CHECK(workshop.must("openssl x509 -in renewed.pem -noout -subject -issuer -pubkey") ==
          workshop.must("openssl x509 -in root.pem -noout -subject -issuer -pubkey"));
    workshop.must("SSL_CERT_FILE=/dev/null openssl verify -x509_strict -check_ss_sig -CAfile renewed.pem leaf.pem");

    make_ca(workshop, "below", "", "root");
    refusal(Code::refused,
            [&] {
                open_ca(workshop, {"below", "root"}).renew_root(number, leaf.not_before, leaf.not_after);
            },
            {"CN=below", "signed by another"});
    make_ca(workshop, "other", "");
    CHECK(contains(old.difference_from(open_ca(workshop, {"other"}).certificate()).value_or(""), "CN=other"));
    workshop.must(
        "openssl req -x509 -new -key root.key -subj /CN=root -days 20 -out sha.pem -addext subjectKeyIdentifier=0102");
    CHECK(contains(old.difference_from(X509Certificate::from_pem(workshop.read_bytes("sha.pem")).front()).value_or(""),
                   "key identifier"));
}

TEST_CASE("an authority signs nothing that outlives its chain") {
    Workshop workshop;
    make_ca(workshop, "root", "");
    workshop.must("openssl x509 -req -in root.csr -signkey root.key -days 20 -extfile root.ext -out root.pem");
    make_ca(workshop, "inter", "", "root");
    auto authority = open_ca(workshop, {"inter", "root"});
    CHECK(authority.not_after() == authority.chain().back().facts().not_after);
    auto leaf = leaf_below(authority, "pump", {"serverAuth"});
    CHECK_NOTHROW(authority.sign(leaf, PrivateKey::generate("ec-p256").public_key()));
    leaf.not_after += std::chrono::seconds{1};
    refusal(Code::refused, [&] { authority.sign(leaf, PrivateKey::generate("ec-p256").public_key()); }, {"outlive"});
}
