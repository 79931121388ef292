#include "crypto/keys/key.hpp"

#include <openssl/bn.h>
#include <openssl/objects.h>

#include <map>

#include "crypto/encoding/der.hpp"
#include "crypto/encoding/pem.hpp"
#include "crypto/keys/key_pem.hpp"
#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

const std::map<std::string, std::string> how_openssl_makes{
    {"ec-p256", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"},
    {"ec-p384", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384"},
    {"ec-p521", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521"},
    {"ec-secp256k1", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1"},
    {"ec-brainpoolP256r1", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1"},
    {"ed25519", "genpkey -algorithm ED25519"},
    {"ed448", "genpkey -algorithm ED448"},
    {"x25519", "genpkey -algorithm X25519"},
    {"rsa-1024", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024"},
    {"rsa-2048", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"},
    {"rsa-pss-1024", "genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024"},
};

}  // namespace

TEST_CASE("a key of an unknown kind is not made") {
    for (std::string name : {"", "ec", "ec-p224", "EC-P256", "rsa-1024", "dsa-2048", "ec-p256 "}) {
        CHECK_FALSE(can_make(name));
        refusal(Code::usage, [&] { PrivateKey::generate(name); }, {"not made here", "ec-p256"});
    }
}

TEST_CASE("made keys are what OpenSSL says they are") {
    for (std::string name : {"ec-p256", "ec-p384", "ec-p521", "ed25519", "rsa-2048", "rsa-3072", "rsa-4096"}) {
        CAPTURE(name);
        CHECK(can_make(name));
        Workshop workshop;
        auto key = PrivateKey::generate(name);
        CHECK(key.name() == name);
        workshop.write("ours.pem", key.to_pem().view());
        workshop.must("openssl pkey -in ours.pem -check -noout");
        CHECK(is_clean());

        // OpenSSL writes the same key in the same bytes.
        workshop.must("openssl pkey -in ours.pem -out theirs.pem");
        CHECK(workshop.read("ours.pem") == workshop.read("theirs.pem"));
        workshop.must("openssl pkey -in ours.pem -pubout -outform DER -out public.der");
        CHECK(key.public_key() == workshop.read_bytes("public.der"));
        CHECK(public_key_of_pem(workshop.read_bytes("ours.pem")) == key.public_key());

        auto again = PrivateKey::from_pem(key.to_pem().view());
        CHECK(again.public_key() == key.public_key());
        CHECK(text_of(again.to_pem().view()) == text_of(key.to_pem().view()));
    }
    CHECK(EVP_PKEY_get_bits(PrivateKey::generate("rsa-3072").get()) == 3072);
}

TEST_CASE("no two keys are alike, and small numbers are written in full length") {
    std::map<std::string, int> sizes;
    std::map<Bytes, int> keys;
    for (int i = 0; i < 600; ++i) {
        auto key = PrivateKey::generate("ec-p256");
        ++sizes[std::to_string(key.to_pem().size())];
        ++keys[key.public_key()];
        REQUIRE(PrivateKey::from_pem(key.to_pem().view()).public_key() == key.public_key());
    }
    CHECK(sizes.size() == 1);
    CHECK(keys.size() == 600);
}

TEST_CASE("keys of every kind that OpenSSL makes are read, named and written") {
    for (const auto& each : how_openssl_makes) {
        const auto& name = each.first;
        const auto& command = each.second;
        CAPTURE(name);
        Workshop workshop;
        workshop.must("openssl " + command + " -out key.pem");
        auto key = key_in(workshop, "key.pem");
        CHECK(key.name() == name);
        workshop.must("openssl pkey -in key.pem -pubout -outform DER -out public.der");
        CHECK(key.public_key() == workshop.read_bytes("public.der"));
        CHECK(text_of(key.to_pem().view()) == workshop.read("key.pem"));
        CHECK(is_clean());
    }
}

TEST_CASE("traditional forms are read") {
    Workshop workshop;
    workshop.must("openssl ecparam -name prime256v1 -genkey -out with-parameters.pem");
    CHECK(contains(workshop.read("with-parameters.pem"), "BEGIN EC PARAMETERS"));
    auto key = key_in(workshop, "with-parameters.pem");
    CHECK(key.name() == "ec-p256");
    workshop.must("openssl ec -in with-parameters.pem -pubout -outform DER -out public.der");
    CHECK(key.public_key() == workshop.read_bytes("public.der"));

    workshop.must("openssl ec -in with-parameters.pem -no_public -out no-public.pem");
    CHECK(key_in(workshop, "no-public.pem").public_key() == key.public_key());
    workshop.must("openssl ec -in with-parameters.pem -no_public | openssl pkcs8 -topk8 -nocrypt -out no-public8.pem");
    CHECK(key_in(workshop, "no-public8.pem").public_key() == key.public_key());

    workshop.must("openssl genrsa -traditional -out rsa.pem 2048");
    CHECK(contains(workshop.read("rsa.pem"), "BEGIN RSA PRIVATE KEY"));
    CHECK(key_in(workshop, "rsa.pem").name() == "rsa-2048");

    workshop.must(
        "openssl dsaparam -genkey -noout -out dsa.pem 1024 && openssl pkey -traditional -in dsa.pem -out d.pem");
    CHECK(key_in(workshop, "d.pem").name() == "dsa-1024");

    workshop.must("openssl ecparam -name prime256v1 -genkey -noout -param_enc explicit -out explicit.pem");
    CHECK(key_in(workshop, "explicit.pem").name() == "ec-explicit");

    workshop.must("openssl ec -in with-parameters.pem -conv_form compressed -out compressed.pem");
    CHECK(key_in(workshop, "compressed.pem").name() == "ec-p256");
}

TEST_CASE("labels around each other's content are accepted") {
    Workshop workshop;
    workshop.must("openssl ecparam -name prime256v1 -genkey -noout -out sec1.pem");
    workshop.must("openssl pkcs8 -topk8 -nocrypt -in sec1.pem -out pkcs8.pem");
    auto public_key = key_in(workshop, "pkcs8.pem").public_key();
    workshop.must("sed 's/EC PRIVATE KEY/PRIVATE KEY/' sec1.pem > one.pem");
    workshop.must("sed 's/PRIVATE KEY/EC PRIVATE KEY/' pkcs8.pem > other.pem");
    CHECK(key_in(workshop, "one.pem").public_key() == public_key);
    CHECK(key_in(workshop, "other.pem").public_key() == public_key);
    CHECK(is_clean());
}

TEST_CASE("text around the key does not matter") {
    Workshop workshop;
    workshop.must("openssl ecparam -name prime256v1 -genkey -noout -out key.pem");
    auto public_key = key_in(workshop, "key.pem").public_key();
    workshop.must("openssl req -x509 -key key.pem -subj /CN=a -out cert.pem");
    workshop.must("{ echo 'Bag Attributes'; echo '  friendlyName: a-b'; cat key.pem; echo; echo end; } > text.pem");
    workshop.must("cat key.pem cert.pem > key-first.pem; cat cert.pem key.pem > cert-first.pem");
    workshop.must("sed 's/$/\\r/' key.pem > crlf.pem; printf '\\357\\273\\277' | cat - key.pem > bom.pem");
    // What services read with OpenSSL, they would not find there.
    refusal(Code::usage, [&] { key_in(workshop, "bom.pem"); }, {"byte order mark"});
    workshop.must("sed 's/$/  /' key.pem > trailing.pem; head -c -1 key.pem > no-newline.pem");
    for (std::string name :
         {"text.pem", "key-first.pem", "cert-first.pem", "crlf.pem", "trailing.pem", "no-newline.pem"}) {
        CAPTURE(name);
        CHECK(key_in(workshop, name).public_key() == public_key);
    }
}

TEST_CASE("encrypted keys ask for their passphrase once") {
    Workshop workshop;
    workshop.must("openssl ecparam -name prime256v1 -genkey -noout -out plain.pem");
    workshop.must("openssl pkcs8 -topk8 -v2 aes-256-cbc -passout pass:horse -in plain.pem -out pbes2.pem");
    workshop.must("openssl pkcs8 -topk8 -scrypt -passout pass:horse -in plain.pem -out scrypt.pem");
    workshop.must("openssl ec -aes256 -passout pass:horse -in plain.pem -out traditional.pem");
    auto public_key = key_in(workshop, "plain.pem").public_key();
    for (std::string name : {"pbes2.pem", "scrypt.pem", "traditional.pem"}) {
        CAPTURE(name);
        std::string pem = workshop.read(name);
        int asked = 0;
        auto with = [&](std::string_view passphrase) {
            return [&asked, passphrase] {
                ++asked;
                return Secret::copy_of(view_of(passphrase));
            };
        };
        CHECK(PrivateKey::from_pem(view_of(pem), with("horse")).public_key() == public_key);
        CHECK(asked == 1);
        CHECK(is_clean());

        refusal(Code::usage, [&] { PrivateKey::from_pem(view_of(pem)); }, {"encrypted", "nobody can be asked"});
        refusal(Code::usage, [&] { PrivateKey::from_pem(view_of(pem), with("")); }, {"encrypted", "no passphrase"});
        CHECK(asked == 2);
        // Enough wrong ones for some to end in a valid padding by chance.
        for (int i = 0; i < 300 && name == "traditional.pem"; ++i) {
            std::string wrong = "battery " + std::to_string(i);
            refusal(Code::usage, [&] { PrivateKey::from_pem(view_of(pem), with(wrong)); }, {"another passphrase"});
        }
        auto error = refusal(Code::usage, [&] { PrivateKey::from_pem(view_of(pem), with("battery staple")); },
                             {"another passphrase"});
        CHECK_FALSE(contains(error.message() + error.hint(), "battery"));
        refusal(Code::usage, [&] { PrivateKey::from_pem(view_of(pem), with(std::string(5000, 'x'))); });
    }
    int asked = 0;
    PrivateKey::from_pem(view_of(workshop.read("plain.pem")), [&] {
        ++asked;
        return Secret();
    });
    CHECK(asked == 0);
}

TEST_CASE("an encrypted key that asks for hours of hashing is refused, without asking for its passphrase") {
    Bytes salt(8, 1);
    auto in_pem = [](ByteView scheme) {
        auto encrypted = der::sequence({scheme, der::octet_string(Bytes(48, 2))});
        return encode_pem("ENCRYPTED PRIVATE KEY", encrypted);
    };
    auto pbes2 = [&](ByteView count) {
        auto derivation = der::sequence({der::oid(NID_id_pbkdf2), der::sequence({der::octet_string(salt), count})});
        auto cipher = der::sequence({der::oid(NID_aes_256_cbc), der::octet_string(Bytes(16, 3))});
        return in_pem(der::sequence({der::oid(NID_pbes2), der::sequence({derivation, cipher})}));
    };
    auto pbe = [&](ByteView count) {
        return in_pem(der::sequence(
            {der::oid(NID_pbe_WithSHA1And3_Key_TripleDES_CBC), der::sequence({der::octet_string(salt), count})}));
    };
    int asked = 0;
    auto ask = [&] {
        ++asked;
        return Secret::copy_of(view_of("another"));
    };
    const Bytes beyond{0x00, 0x98, 0x96, 0x81};
    for (const auto& pem : {pbes2(der::unsigned_integer(beyond)), pbe(der::unsigned_integer(beyond)),
                            pbes2(der::unsigned_integer(Bytes(4, 0x7F)))})
        refusal(Code::usage, [&] { PrivateKey::from_pem(view_of(pem), ask); }, {"hashed", "times"});
    CHECK(asked == 0);
    for (const auto& pem : {pbes2(der::small_integer(100)), pbe(der::small_integer(100))})
        refusal(Code::usage, [&] { PrivateKey::from_pem(view_of(pem), ask); }, {"another passphrase"});
    CHECK(asked == 2);
}

TEST_CASE("what the caller throws when asked comes through") {
    Workshop workshop;
    workshop.must("openssl ecparam -name prime256v1 -genkey -noout | openssl ec -aes256 -passout pass:x -out key.pem");
    auto interrupt = []() -> Secret { throw Error(Code::interrupted, "stop"); };
    refusal(Code::interrupted, [&] { PrivateKey::from_pem(view_of(workshop.read("key.pem")), interrupt); }, {"stop"});
}

TEST_CASE("what is no private key is named") {
    Workshop workshop;
    workshop.must("openssl ecparam -name prime256v1 -genkey -out key.pem");
    workshop.must("openssl req -x509 -key key.pem -subj /CN=a -out cert.pem");
    workshop.must("openssl req -new -key key.pem -subj /CN=a -out request.pem");
    workshop.must("openssl pkey -in key.pem -pubout -out public.pem");
    workshop.must("openssl ecparam -name prime256v1 -out parameters.pem");
    workshop.must("openssl ecparam -name prime256v1 -genkey -noout -out second.pem; cat key.pem second.pem > two.pem");
    workshop.must("openssl pkey -in key.pem -outform DER -out key.der");
    workshop.must("openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass: -out bag.p12");
    workshop.must("cat public.pem cert.pem > many.pem; cat parameters.pem cert.pem > parameters-cert.pem");
    workshop.must("head -c -30 second.pem > cut.pem; head -3 second.pem > no-end.pem");
    workshop.must("sed '2s/./*/3' second.pem > star.pem; sed '2d' second.pem > hole.pem");
    workshop.must("sed 's/CERTIFICATE/PRIVATE KEY/' cert.pem > lie.pem");
    workshop.write("empty.pem", std::string_view());
    workshop.write("garbage.pem", std::string_view("lorem ipsum\n"));
    workshop.write("hollow.pem", std::string_view("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"));
    workshop.write("ssh.pem", std::string_view("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"
                                               "-----END OPENSSH PRIVATE KEY-----\n"));
    const std::map<std::string, std::vector<std::string_view>> words{
        {"cert.pem", {"a certificate, ", "PRIVATE KEY"}},
        {"request.pem", {"certificate request", "PRIVATE KEY"}},
        {"public.pem", {"public key", "PRIVATE KEY"}},
        {"many.pem", {"public key"}},
        {"parameters.pem", {"parameters", "genpkey"}},
        {"parameters-cert.pem", {"a certificate, "}},
        {"two.pem", {"more than one"}},
        {"key.der", {"binary", "convert"}},
        {"bag.p12", {"binary", "pkcs12"}},
        {"cut.pem", {"damaged or cut off"}},
        {"no-end.pem", {"damaged or cut off"}},
        {"star.pem", {"damaged"}},
        {"hole.pem", {"damaged"}},
        {"hollow.pem", {"damaged"}},
        {"lie.pem", {"damaged"}},
        {"empty.pem", {"empty"}},
        {"garbage.pem", {"not PEM", "BEGIN"}},
        {"ssh.pem", {"OpenSSH", "ssh-keygen"}},
    };
    std::string line = workshop.must("sed -n 3p second.pem").substr(0, 20);
    for (const auto& each : words) {
        const auto& name = each.first;
        const auto& expected = each.second;
        CAPTURE(name);
        auto error = refusal(Code::usage, [&] { key_in(workshop, name); });
        std::string text = error.message() + " | " + error.hint();
        CAPTURE(text);
        for (auto word : expected) CHECK(contains(text, word));
        CHECK_FALSE(error.hint().empty());
        CHECK_FALSE(contains(text, line));
    }
}

TEST_CASE("a private key beside another's public key is refused") {
    for (std::string name : {"ec-p256", "ec-p384"}) {
        Workshop workshop;
        workshop.write("one.pem", PrivateKey::generate(name).to_pem().view());
        workshop.write("two.pem", PrivateKey::generate(name).to_pem().view());
        workshop.must("openssl pkey -in one.pem -outform DER -out one.der");
        workshop.must("openssl pkey -in two.pem -outform DER -out two.der");
        Bytes one = workshop.read_bytes("one.der");
        Bytes two = workshop.read_bytes("two.der");
        std::size_t point = key_in(workshop, "one.pem").name() == "ec-p256" ? 65 : 97;
        std::copy(two.end() - static_cast<long>(point), two.end(), one.end() - static_cast<long>(point));
        workshop.write("mixed.der", one);
        workshop.must(
            "{ echo '-----BEGIN PRIVATE KEY-----'; openssl base64 -in mixed.der; "
            "echo '-----END PRIVATE KEY-----'; } > mixed.pem");
        refusal(Code::usage, [&] { key_in(workshop, "mixed.pem"); }, {"does not belong"});
        auto mixed = workshop.read_bytes("mixed.pem");
        refusal(Code::usage, [&] { public_key_of_pem(mixed); }, {"does not belong"});
    }
}

TEST_CASE("a number beyond the order of its curve is judged by OpenSSL, whatever point it leads to") {
    // The order of P-256 and one more: as many times the generator as 1 is (SEC 2, 2.4.2).
    Bytes beyond = *from_hex("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632552");
    Bytes generator = *from_hex(
        "046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
        "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5");
    Bytes one(32);
    one.back() = 1;
    auto pem_with = [&](const Bytes& number) {
        auto point = der::value(der::context(1, true), {der::bit_string(generator)});
        auto content = der::sequence({der::small_integer(1), der::octet_string(number), point});
        auto kind = der::sequence({der::oid(NID_X9_62_id_ecPublicKey), der::oid(NID_X9_62_prime256v1)});
        return encode_pem("PRIVATE KEY", der::sequence({der::small_integer(0), kind, der::octet_string(content)}));
    };
    auto is_taken = [](auto read, const std::string& pem) {
        try {
            read(view_of(pem));
            return true;
        } catch (const Error&) {
            return false;
        }
    };
    auto alone = [](ByteView pem) { public_key_of_pem(pem); };
    auto whole = [](ByteView pem) { PrivateKey::from_pem(pem); };
    CHECK(is_taken(alone, pem_with(one)));
    CHECK(is_taken(alone, pem_with(beyond)) == is_taken(whole, pem_with(beyond)));
}

TEST_CASE("an RSA key with another's numbers is refused") {
    Workshop workshop;
    workshop.must("openssl genrsa -out one.pem 1024; openssl genrsa -out two.pem 1024");
    auto one = key_in(workshop, "one.pem");
    auto two = key_in(workshop, "two.pem");
    auto number = [](const PrivateKey& key, const char* name) {
        BIGNUM* value = nullptr;
        REQUIRE(EVP_PKEY_get_bn_param(key.get(), name, &value) == 1);
        Bytes bytes(static_cast<std::size_t>(BN_num_bytes(value)));
        BN_bn2bin(value, bytes.data());
        BN_free(value);
        return der::unsigned_integer(bytes);
    };
    auto pem_of = [&](const PrivateKey& open, const PrivateKey& secret) {
        auto der = der::sequence({der::small_integer(0), number(open, "n"), number(open, "e"), number(secret, "d"),
                                  number(secret, "rsa-factor1"), number(secret, "rsa-factor2"),
                                  number(secret, "rsa-exponent1"), number(secret, "rsa-exponent2"),
                                  number(secret, "rsa-coefficient1")});
        return encode_pem("RSA PRIVATE KEY", der);
    };
    CHECK(PrivateKey::from_pem(view_of(pem_of(one, one))).public_key() == one.public_key());
    refusal(Code::usage, [&] { PrivateKey::from_pem(view_of(pem_of(one, two))); }, {"does not belong"});
}

TEST_CASE("bytes after the key, inside its PEM, are damage") {
    Workshop workshop;
    workshop.must("openssl ecparam -name prime256v1 -genkey -noout -outform DER -out sec1.der");
    workshop.must("openssl pkcs8 -topk8 -nocrypt -inform DER -in sec1.der -outform DER -out pkcs8.der");
    workshop.must("openssl genrsa -traditional 1024 | openssl rsa -traditional -outform DER -out rsa.der");
    for (std::string name : {"sec1.der", "pkcs8.der", "rsa.der"}) {
        CAPTURE(name);
        Bytes content = workshop.read_bytes(name);
        CHECK_NOTHROW(PrivateKey::from_pem(view_of(encode_pem("PRIVATE KEY", content))));
        content.push_back(0);
        refusal(Code::usage, [&] { PrivateKey::from_pem(view_of(encode_pem("PRIVATE KEY", content))); }, {"damaged"});
    }
}

TEST_CASE("a damaged key is refused or is another key, whichever byte it is") {
    Workshop workshop;
    for (const char* command :
         {"ecparam -name prime256v1 -genkey -noout -out key.pem", "genpkey -algorithm ED25519 -out key.pem",
          "genrsa -traditional -out key.pem 1024", "genrsa -out key.pem 1024"}) {
        workshop.must("openssl " + std::string(command));
        std::string label = workshop.must("sed -n 's/-----BEGIN \\(.*\\)-----/\\1/p' key.pem");
        label.pop_back();
        workshop.must("sed '/-----/d' key.pem | openssl base64 -d -out key.der");
        Bytes der = workshop.read_bytes("key.der");
        for (std::size_t i = 0; i < der.size(); i += 3) {
            Bytes damaged = der;
            damaged[i] ^= 0x41;
            std::string pem = encode_pem(label, damaged);
            try {
                auto key = PrivateKey::from_pem(view_of(pem));
                CHECK(public_key_of_pem(view_of(pem)) == key.public_key());
                // Then it is a key in its own right, and whole.
                CHECK(PrivateKey::from_pem(key.to_pem().view()).public_key() == key.public_key());
            } catch (const Error& error) {
                CHECK(static_cast<int>(error.code()) == static_cast<int>(Code::usage));
                refusal(Code::usage, [&] { public_key_of_pem(view_of(pem)); });
            }
            CHECK(is_clean());
        }
    }
}
