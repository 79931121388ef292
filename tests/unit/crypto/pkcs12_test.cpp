#include "crypto/certificates/pkcs12.hpp"

#include <openssl/pkcs12.h>

#include "crypto/tower.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

/// Answers with it, and counts how often it was asked.
struct Passphrase {
    std::string text = "correct horse";
    int asked = 0;

    AskPassphrase ask() {
        return [this] {
            ++asked;
            return Secret::copy_of(view_of(text));
        };
    }
};

std::string pkcs12_by_openssl(const std::string& name, const std::string& options,
                              const std::string& passphrase = "correct horse") {
    tower().workshop.must("openssl pkcs12 -export -out " + name + ".p12 -passout 'pass:" + passphrase + "' " + options);
    return tower().workshop.read(name + ".p12");
}

std::vector<std::string> subjects_of(const std::vector<X509Certificate>& chain) {
    std::vector<std::string> subjects;
    for (const auto& certificate : chain) subjects.push_back(certificate.facts().subject);
    return subjects;
}

KeyAndChain read_packed(const std::string& content) { return read_pkcs12(view_of(content), Passphrase().ask()); }

Error refused_packed(const std::string& content, std::initializer_list<std::string_view> words) {
    return refusal(
        Code::usage, [&] { read_packed(content); }, words);
}

/// Both keys first, then both certificates, unencrypted, below one MAC: openssl's command packs one key only.
Bytes two_keys_packed(const std::string& first, const std::string& second) {
    const auto& made = tower().workshop;
    STACK_OF(PKCS12_SAFEBAG)* bags = nullptr;
    for (const auto& name : {first, second})
        REQUIRE(PKCS12_add_key(&bags, key_in(made, name + ".key").get(), 0, 0, -1, nullptr) != nullptr);
    for (const auto& name : {first, second})
        REQUIRE(PKCS12_add_cert(&bags, certificate_in(made, name + ".pem").get()) != nullptr);
    STACK_OF(PKCS7)* safes = nullptr;
    REQUIRE(PKCS12_add_safe(&safes, bags, -1, 0, nullptr) == 1);
    Handle<PKCS12, PKCS12_free> file(PKCS12_add_safes(safes, 0));
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
    sk_PKCS7_pop_free(safes, PKCS7_free);
    REQUIRE(file);
    REQUIRE(PKCS12_set_mac(file.get(), Passphrase().text.c_str(), -1, nullptr, 0, 1, nullptr) == 1);
    Bytes der(static_cast<std::size_t>(i2d_PKCS12(file.get(), nullptr)));
    unsigned char* out = der.data();
    i2d_PKCS12(file.get(), &out);
    return der;
}

}  // namespace

TEST_CASE("a file is read as key and chain, and its passphrase is asked for once") {
    Passphrase passphrase;
    auto content = pkcs12_by_openssl("plain", "-inkey inter.key -in inter.pem -certfile root.pem");
    auto read = read_pkcs12(view_of(content), passphrase.ask());
    CHECK(passphrase.asked == 1);
    CHECK(read.key.public_key() == key_in(tower().workshop, "inter.key").public_key());
    CHECK(subjects_of(read.chain) == std::vector<std::string>{"CN=inter", "CN=root"});
    CHECK(is_clean());
}

TEST_CASE("the chain is put in order, whatever order the file has, and without what is no part of it") {
    tower().make("stranger", "", ca);
    tower().workshop.must("cat root.pem stranger.pem inter.pem leaf.pem >disordered.pem");
    auto read = read_packed(pkcs12_by_openssl("disordered", "-inkey leaf.key -in disordered.pem"));
    CHECK(read.key.public_key() == read.chain.front().public_key());
    CHECK(subjects_of(read.chain) == std::vector<std::string>{"CN=leaf", "CN=inter", "CN=root"});

    // As far as there: without what is between, the root is not reached.
    tower().workshop.must("cat root.pem leaf.pem >gap.pem");
    CHECK(subjects_of(read_packed(pkcs12_by_openssl("gap", "-inkey leaf.key -in gap.pem")).chain) ==
          std::vector<std::string>{"CN=leaf"});
}

TEST_CASE("a wrong passphrase, and none, are told from a file that is none") {
    auto content = pkcs12_by_openssl("locked", "-inkey inter.key -in inter.pem", "another");
    refused_packed(content, {"the passphrase is wrong", "is it the passphrase of this file?"});
    refusal(Code::usage, [&] { read_pkcs12(view_of(content), {}); }, {"the passphrase is wrong"});
    refused_packed(content.substr(0, content.size() / 2), {"it is not a PKCS #12 file", "--cert and --key"});
    refused_packed(tower().workshop.read("inter.pem"), {"it is not a PKCS #12 file"});
    refused_packed("", {"it is not a PKCS #12 file"});
    auto damaged = content;
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
    refused_packed(damaged, {});
}

TEST_CASE("an empty passphrase is one") {
    auto content = pkcs12_by_openssl("open", "-inkey inter.key -in inter.pem", "");
    CHECK(subjects_of(read_pkcs12(view_of(content), {}).chain) == std::vector<std::string>{"CN=inter"});
    Passphrase none{.text = ""};
    CHECK(read_pkcs12(view_of(content), none.ask()).chain.size() == 1);
}

TEST_CASE("key and certificate are both there, or the file is refused") {
    refused_packed(pkcs12_by_openssl("no_key", "-nokeys -in inter.pem"), {"it has no private key"});
    refused_packed(pkcs12_by_openssl("no_certificate", "-nocerts -inkey inter.key"),
                   {"it has no certificate of its key", "give the file that has both"});
}

TEST_CASE("of two keys the first is taken, with its own certificate") {
    auto read = read_pkcs12(two_keys_packed("inter", "leaf"), Passphrase().ask());
    CHECK(subjects_of(read.chain) == std::vector<std::string>{"CN=inter"});
    CHECK(read.key.public_key() == read.chain.front().public_key());
    read = read_pkcs12(two_keys_packed("leaf", "inter"), Passphrase().ask());
    CHECK(subjects_of(read.chain) == std::vector<std::string>{"CN=leaf", "CN=inter"});
    CHECK(read.key.public_key() == read.chain.front().public_key());
}

TEST_CASE("what a file calls its key does not matter") {
    for (const char* name : {"\\303\\204 \\342\\206\\222 \"x\"; $(y)", "\\033[2J", ""}) {
        CAPTURE(name);
        auto content = pkcs12_by_openssl(
            "named", "-inkey inter.key -in inter.pem -name \"$(printf '" + std::string(name) + "')\"");
        CHECK(subjects_of(read_packed(content).chain) == std::vector<std::string>{"CN=inter"});
    }
}
