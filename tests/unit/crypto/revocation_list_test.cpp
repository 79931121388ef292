#include "crypto/certificates/revocation_list.hpp"

#include "crypto/certificates/authority.hpp"
#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

std::string text_by_openssl(const Workshop& workshop) {
    return workshop.must("openssl crl -in list.pem -noout -text -nameopt RFC2253 | sed 's/^ *//; s/ *$//'");
}

}  // namespace

TEST_CASE("openssl reads a list as it was meant, and verifies by it") {
    for (const char* kind : {"ec-p256", "ed25519", "rsa-3072"}) {
        CAPTURE(kind);
        Workshop workshop;
        auto authority = Authority::create(kind, {{"CN", "Test CA"}}, make_number(), noon - hour, noon + 20 * year);
        workshop.write("ca.pem", authority.certificate().to_pem());
        auto make_leaf = [&](const std::string& name) {
            LeafTemplate leaf{make_number(), {{"CN", name}}, {}, {}, noon, noon + year};
            auto key = PrivateKey::generate("ec-p256");
            auto made = authority.sign(leaf, key.public_key());
            workshop.write(name + ".pem", made.to_pem());
            return leaf.number;
        };
        auto revoked = make_leaf("revoked");
        make_leaf("sound");
        RevocationListTemplate list{
            ListNumber(0x80), noon, noon + 7 * day, {{revoked, noon - day, 1}, {"0F", noon - 2 * day, 0}}};
        auto der = sign_revocation_list(authority, list);
        workshop.write("list.der", der);
        workshop.write("list.pem", revocation_list_to_pem(der));

        auto text = text_by_openssl(workshop);
        CHECK(contains(text, "Version 2 (0x1)"));
        CHECK(contains(text, "Issuer: CN=Test CA"));
        CHECK(contains(text, "Last Update: Nov 22 00:00:00 2026 GMT"));
        CHECK(contains(text, "Next Update: Nov 29 00:00:00 2026 GMT"));
        CHECK(contains(text, "X509v3 CRL Number:\n128"));
        CHECK(contains(text, "X509v3 Authority Key Identifier:\n"));
        CHECK(contains(text, "Serial Number: " + revoked +
                                 "\nRevocation Date: Nov 21 00:00:00 2026 GMT\nCRL entry extensions:\n"
                                 "X509v3 CRL Reason Code:\nKey Compromise"));
        // The reason "unspecified" is not written.
        CHECK(contains(text, "Serial Number: 0F\nRevocation Date: Nov 20 00:00:00 2026 GMT\nSignature Algorithm"));
        CHECK(contains(workshop.must("openssl crl -in list.pem -noout -CAfile ca.pem"), "verify OK"));
        workshop.must("openssl crl -inform DER -in list.der -outform DER | cmp - list.der");

        auto at = std::to_string(unix_seconds(noon + hour));
        auto verify = "openssl verify -x509_strict -crl_check -CRLfile list.pem -attime " + at + " -CAfile ca.pem ";
        CHECK(workshop.run(verify + "sound.pem").status == 0);
        auto outcome = workshop.run(verify + "revoked.pem");
        CHECK(outcome.status != 0);
        CHECK(contains(outcome.output, "certificate revoked"));
    }
}

TEST_CASE("an empty list is a list, and dates from 2050 on are written as they must be") {
    Workshop workshop;
    auto authority = Authority::create("ec-p256", {{"CN", "Test CA"}}, make_number(), noon - hour, noon + 40 * year);
    workshop.write("ca.pem", authority.certificate().to_pem());
    auto der = sign_revocation_list(authority, {ListNumber(1), noon + 30 * year, noon + 30 * year + day, {}});
    workshop.write("list.pem", revocation_list_to_pem(der));
    auto text = text_by_openssl(workshop);
    CHECK(contains(text, "No Revoked Certificates."));
    CHECK(contains(text, "Next Update: Nov 15 00:00:00 2056 GMT"));
    CHECK(contains(workshop.must("openssl crl -in list.pem -noout -CAfile ca.pem"), "verify OK"));
}

TEST_CASE("a CA that may not sign lists does not") {
    Workshop workshop;
    workshop.write("ext",
                   "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n");
    workshop.must("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key");
    workshop.must("openssl req -new -key ca.key -subj /CN=ca -out ca.csr");
    workshop.must("openssl x509 -req -in ca.csr -signkey ca.key -days 3650 -extfile ext -out ca.pem");
    Authority authority({certificate_in(workshop, "ca.pem")}, key_in(workshop, "ca.key"));
    refusal(Code::refused,
            [&] {
                sign_revocation_list(authority, {ListNumber(1), noon, noon + day, {}});
            },
            {"cRLSign"});
}

TEST_CASE("a list is read as it was written, in either form, and only as that of who signed it") {
    for (const char* kind : {"ec-p256", "ed25519", "rsa-3072"}) {
        CAPTURE(kind);
        auto make = [&](const char* name) {
            return Authority::create(kind, {{"CN", name}}, make_number(), noon - hour, noon + 20 * year);
        };
        auto authority = make("Test CA");
        auto number = ListNumber::from_hex("7F" + std::string(38, 'A')).value();
        RevocationListTemplate list{
            number, noon, noon + day, {{"0A", noon - day, 1}, {"-0F", noon, 0}, {"B7", noon, 6}}};
        auto der = sign_revocation_list(authority, list);
        for (const auto& content : {der, to_bytes(view_of("text before\n" + revocation_list_to_pem(der)))}) {
            auto read = ParsedRevocationList::parse(content);
            CHECK(read.number() == number);
            CHECK(read.issuer() == "CN=Test CA");
            CHECK(read.this_update() == noon);
            CHECK(read.next_update() == noon + day);
            auto revoked = read.revoked();
            REQUIRE(revoked.size() == 3);
            for (std::size_t i = 0; i < revoked.size(); ++i) {
                CHECK(revoked[i].number == list.revoked[i].number);
                CHECK(revoked[i].at == list.revoked[i].at);
                CHECK(revoked[i].reason == list.revoked[i].reason);
            }
            CHECK(read.is_signed_by(authority.certificate()));
            CHECK_FALSE(read.is_signed_by(make("Test CA").certificate()));
            CHECK_FALSE(read.is_signed_by(make("Other CA").certificate()));
        }
        auto damaged = der;
        damaged.back() ^= 1;
        CHECK_FALSE(ParsedRevocationList::parse(damaged).is_signed_by(authority.certificate()));
        der.push_back(0);
        refusal(Code::usage, [&] { ParsedRevocationList::parse(der); }, {"not a list of revoked certificates"});
        der.resize(der.size() / 2);
        refusal(Code::usage, [&] { ParsedRevocationList::parse(der); }, {"not a list of revoked certificates"});
        refusal(Code::usage, [&] { ParsedRevocationList::parse(view_of(authority.certificate().to_pem())); }, {"CRL"});
        refusal(Code::usage, [&] { ParsedRevocationList::parse({}); }, {"empty"});
    }
}

TEST_CASE("one signer is one name and one key") {
    auto one = Authority::create("ec-p256", {{"CN", "Test CA"}}, make_number(), noon, noon + year);
    auto other = Authority::create("ec-p256", {{"CN", "Test CA"}}, make_number(), noon, noon + year);
    CHECK(is_same_signer(one.certificate(), one.certificate()));
    CHECK_FALSE(is_same_signer(one.certificate(), other.certificate()));
}
