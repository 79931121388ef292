#include "home/known_issuers.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "base/temporary_folder.hpp"
#include "crypto/sealing/seal.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/fleet.hpp"
#include "store/certificates/issuers.hpp"
#include "store/sql/settings.hpp"
#include "units/pki.hpp"

using namespace rekey;
using rekey::test::must;

namespace {

/// CAs and leaves made by openssl, so that the judge of what is signed by whom is not rekey.
struct Workshop {
    test::TemporaryFolder folder;
    bool made = false;
    Home home = Home::create(folder.path() + "/home", "Example", {test::test_now(), "alice@test"}, made);

    std::string at(const std::string& name) const { return folder.path() + "/" + name; }
    std::string run(const std::string& command) const { return must("cd " + folder.path() + " && " + command); }

    /// A self-signed CA, with a key of its own or that of another one.
    void make_ca(const std::string& name, const std::string& subject, const std::string& key_of = {}, int days = 3650,
                 const std::string& kind = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256") const {
        if (key_of.empty()) run("openssl genpkey " + kind + " -out " + name + ".key");
        run("openssl req -x509 -new -key " + (key_of.empty() ? name : key_of) + ".key -subj '" + subject + "' -days " +
            std::to_string(days) + " -addext basicConstraints=critical,CA:TRUE -out " + name + ".pem");
    }
    crypto::X509Certificate issue(const std::string& ca, const std::string& key,
                                  const std::string& options = {}) const {
        run("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN=leaf "
            "-out leaf.csr && openssl x509 -req -in leaf.csr -CA " +
            ca + ".pem -CAkey " + key + ".key -CAcreateserial -days 30 -out leaf.pem " + options);
        return read("leaf");
    }
    crypto::X509Certificate read(const std::string& name) const {
        std::ifstream file(at(name + ".pem"));
        std::string pem{std::istreambuf_iterator<char>(file), {}};
        return crypto::X509Certificate::from_pem(view_of(pem)).front();
    }
    store::Id record(const std::string& name) {
        return home.store().write([&](store::Transaction& transaction) {
            store::Issuer issuer;
            issuer.uid = to_hex(ByteView(sha256(view_of(name))).first(16));
            issuer.name = name;
            issuer.kind = "local";
            issuer.facts = read(name).facts();
            issuer.chain = {read(name).der()};
            issuer.sealed_key = home.seal_key().seal(view_of("key"), "context");
            issuer.added_at = test::test_now();
            store::add_issuer(transaction, issuer);
            return issuer.id;
        });
    }
    KnownIssuers known() { return KnownIssuers(home.store()); }
};

}  // namespace

TEST_CASE("an issuer is known by its name and its signature") {
    Workshop shop;
    shop.make_ca("ours", "/O=Example/CN=Our CA");
    shop.make_ca("stranger", "/O=Example/CN=Other CA");
    shop.make_ca("namesake", "/O=Example/CN=Our CA");
    auto ours = shop.record("ours");
    auto leaf = shop.issue("ours", "ours");
    shop.run("openssl verify -CAfile ours.pem leaf.pem");
    CHECK(shop.known().signer_of(leaf) == ours);
    CHECK_FALSE(shop.known().signer_of(shop.issue("stranger", "stranger")));

    auto by_namesake = shop.issue("namesake", "namesake");
    CHECK_FALSE(test::shell("cd " + shop.folder.path() + " && openssl verify -CAfile ours.pem leaf.pem").second);
    CHECK_FALSE(shop.known().signer_of(by_namesake));

    // What is above a leaf proves nothing.
    CHECK_FALSE(shop.known().signer_of(by_namesake, {by_namesake.der(), shop.read("ours").der()}));
    CHECK_FALSE(shop.known().signer_of(shop.read("ours")));
    CHECK_FALSE(shop.known().signer_of(shop.read("stranger")));
}

TEST_CASE("one bit of a certificate that changed, and nobody signed it") {
    Workshop shop;
    shop.make_ca("ours", "/CN=Our CA");
    shop.record("ours");
    auto der = shop.issue("ours", "ours").der();
    auto known = shop.known();
    int read = 0;
    for (std::size_t i = 0; i < der.size(); ++i) {
        auto damaged = der;
        damaged[i] ^= 0x10;
        std::optional<crypto::X509Certificate> certificate;
        try {
            certificate = crypto::X509Certificate::from_der(damaged);
        } catch (const Error&) {
            continue;
        }
        ++read;
        INFO("byte ", i);
        CHECK_FALSE(known.signer_of(*certificate));
    }
    CHECK(read > 100);
}

TEST_CASE("every kind of signature that a CA elsewhere may have made") {
    Workshop shop;
    shop.make_ca("rsa", "/CN=RSA CA", {}, 3650, "-algorithm RSA -pkeyopt rsa_keygen_bits:2048");
    shop.make_ca("edwards", "/CN=Edwards CA", {}, 3650, "-algorithm ED25519");
    shop.make_ca("wide", "/CN=Wide CA", {}, 3650, "-algorithm EC -pkeyopt ec_paramgen_curve:P-384");
    auto rsa = shop.record("rsa");
    auto edwards = shop.record("edwards");
    auto wide = shop.record("wide");
    auto known = shop.known();
    CHECK(known.signer_of(shop.issue("rsa", "rsa")) == rsa);
    CHECK(known.signer_of(shop.issue("rsa", "rsa", "-sigopt rsa_padding_mode:pss -sha256")) == rsa);
    CHECK(known.signer_of(shop.issue("rsa", "rsa", "-sha512")) == rsa);
    CHECK(known.signer_of(shop.issue("edwards", "edwards")) == edwards);
    CHECK(known.signer_of(shop.issue("wide", "wide", "-sha384")) == wide);
}

TEST_CASE("issuers that share name and key: the one in the chain, the default, the one that ends last") {
    Workshop shop;
    shop.make_ca("old", "/CN=Our CA", {}, 1000);
    shop.make_ca("renewed", "/CN=Our CA", "old", 4000);
    shop.make_ca("short", "/CN=Our CA", "old", 500);
    shop.make_ca("other", "/CN=Our CA");
    auto old = shop.record("old");
    auto renewed = shop.record("renewed");
    auto brief = shop.record("short");
    auto other = shop.record("other");
    auto leaf = shop.issue("old", "old");
    CHECK(shop.known().signer_of(leaf) == renewed);
    CHECK(shop.known().signer_of(leaf, {leaf.der(), shop.read("short").der()}) == brief);
    CHECK(shop.known().signer_of(leaf, {leaf.der(), shop.read("other").der()}) == renewed);
    CHECK(shop.known().sharing_key_with(brief) == std::vector{old, renewed, brief});
    CHECK(shop.known().sharing_key_with(other) == std::vector{other});

    shop.home.store().write(
        [&](store::Transaction& transaction) { store::set_setting(transaction, "default_issuer", "old"); });
    CHECK(shop.known().signer_of(leaf) == old);
    CHECK(shop.known().signer_of(leaf, {leaf.der(), shop.read("renewed").der()}) == renewed);
}
