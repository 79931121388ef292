#include "crypto/certificates/request.hpp"

#include <openssl/objects.h>

#include <algorithm>

#include "crypto/encoding/der.hpp"
#include "crypto/keys/algorithm.hpp"
#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

/// Has `openssl req` make a request in DER.
Bytes request_by_openssl(const Workshop& workshop, const std::string& key_command, const std::string& options = "") {
    workshop.must("openssl " + key_command + " -out key.pem");
    workshop.must("openssl req -new -key key.pem -subj /CN=evil " + options + " -outform DER -out request.der");
    workshop.must("openssl req -inform DER -in request.der -verify -noout");
    return workshop.read_bytes("request.der");
}

const std::string p256 = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256";

Bytes public_key_by_openssl(const Workshop& workshop) {
    workshop.must("openssl pkey -in key.pem -pubout -outform DER -out public.der");
    return workshop.read_bytes("public.der");
}

}  // namespace

TEST_CASE("what is no request is refused") {
    auto request = make_request(PrivateKey::generate("ec-p256"));
    for (std::size_t size = 0; size < request.size(); ++size)
        refusal(Code::refused, [&] { verify_request(ByteView(request).first(size)); }, {"not a PKCS #10 request"});
    Bytes longer = request;
    longer.push_back(0);
    refusal(Code::refused, [&] { verify_request(longer); }, {"not a PKCS #10 request"});
    refusal(Code::refused, [] { verify_request(view_of("-----BEGIN CERTIFICATE REQUEST-----")); });
    refusal(Code::refused, [] { verify_request(Bytes(64 * 1024 + 1, 0x30)); }, {"65537 bytes", "65536"});
    refusal(Code::refused, [] { verify_request(Bytes(64 * 1024, 0x30)); });

    Workshop workshop;
    workshop.must("openssl req -x509 -newkey rsa:2048 -noenc -keyout k.pem -subj /CN=a -outform DER -out cert.der");
    refusal(Code::refused, [&] { verify_request(workshop.read_bytes("cert.der")); }, {"not a PKCS #10 request"});
    workshop.must("openssl pkey -in k.pem -outform DER -out key.der");
    refusal(Code::refused, [&] { verify_request(workshop.read_bytes("key.der")); }, {"not a PKCS #10 request"});
}

TEST_CASE("a request of another version than 1 is refused, although its signature fits") {
    auto key = PrivateKey::generate("ec-p256");
    auto scheme = scheme_of(*key.get()).value();
    auto request_of = [&](ByteView version) {
        auto info =
            der::sequence({version, der::sequence({}), key.public_key(), der::value(der::context(0, true), {})});
        return der::sequence({info, scheme.algorithm_identifier, der::bit_string(sign(key.get(), scheme, info))});
    };
    CHECK_NOTHROW(verify_request(request_of(der::small_integer(0))));
    Bytes huge(80, 0x7F);
    for (const Bytes& version : {der::small_integer(1), der::small_integer(2), der::unsigned_integer(huge)})
        refusal(Code::refused, [&] { verify_request(request_of(version)); }, {"version 1"});
}

TEST_CASE("a request in which any bit was changed is refused") {
    for (const char* name : {"ec-p256", "ed25519"}) {
        auto request = make_request(PrivateKey::generate(name));
        for (std::size_t i = 0; i < request.size() * 8; ++i) {
            Bytes changed = request;
            changed[i / 8] ^= static_cast<std::uint8_t>(1 << i % 8);
            CAPTURE(i);
            refusal(Code::refused, [&] { verify_request(changed); });
        }
    }
    Workshop workshop;
    auto rsa = request_by_openssl(workshop, "genrsa", "-addext basicConstraints=CA:TRUE");
    for (std::size_t i = 0; i < rsa.size(); ++i) {
        Bytes changed = rsa;
        changed[i] ^= 0x10;
        CAPTURE(i);
        // The NULL beside the signature's algorithm is not signed; OpenSSL does not look at it either.
        workshop.write("changed.der", changed);
        bool taken = true;
        try {
            verify_request(changed);
        } catch (const Error& error) {
            taken = false;
            CHECK(static_cast<int>(error.code()) == static_cast<int>(Code::refused));
        }
        CHECK(is_clean());
        if (taken) workshop.must("openssl req -inform DER -in changed.der -verify -noout");
    }
}

TEST_CASE("the signature of another key is refused") {
    Workshop workshop;
    auto mine = request_by_openssl(workshop, p256);
    auto other = PrivateKey::generate("ec-p256").public_key();
    auto key = public_key_by_openssl(workshop);
    auto at = std::search(mine.begin(), mine.end(), key.begin(), key.end());
    REQUIRE(at != mine.end());
    std::copy(other.begin(), other.end(), at);
    refusal(Code::refused, [&] { verify_request(mine); }, {"signature is wrong"});
}

TEST_CASE("a point that is not on the curve is refused") {
    Workshop workshop;
    auto request = request_by_openssl(workshop, p256);
    auto key = public_key_by_openssl(workshop);
    auto at = std::search(request.begin(), request.end(), key.begin(), key.end());
    REQUIRE(at != request.end());
    at[static_cast<long>(key.size()) - 1] ^= 1;
    refusal(Code::refused, [&] { verify_request(request); }, {"damaged"});
    // All zeros, and coordinates beyond the field.
    std::fill(at + static_cast<long>(key.size()) - 64, at + static_cast<long>(key.size()), std::uint8_t{0});
    refusal(Code::refused, [&] { verify_request(request); }, {"damaged"});
    std::fill(at + static_cast<long>(key.size()) - 64, at + static_cast<long>(key.size()), std::uint8_t{0xFF});
    refusal(Code::refused, [&] { verify_request(request); }, {"damaged"});
}

TEST_CASE("the point at infinity is no key") {
    auto request_for = [](ByteView point) {
        auto algorithm = der::sequence({der::oid(NID_X9_62_id_ecPublicKey), der::oid(NID_X9_62_prime256v1)});
        auto key = der::sequence({algorithm, der::bit_string(point)});
        auto info =
            der::sequence({der::small_integer(0), der::sequence({}), key, der::value(der::context(0, true), {})});
        auto signature = der::sequence({der::small_integer(1), der::small_integer(1)});
        return der::sequence({info, der::sequence({der::oid(NID_ecdsa_with_SHA256)}), der::bit_string(signature)});
    };
    constexpr std::uint8_t infinity[] = {0};
    refusal(Code::refused, [&] { verify_request(request_for(infinity)); }, {"key is damaged"});
    refusal(Code::refused, [&] { verify_request(request_for({})); }, {"key is damaged"});
    // With a point, the same bytes get as far as the signature.
    auto key = PrivateKey::generate("ec-p256").public_key();
    refusal(Code::refused, [&] { verify_request(request_for(ByteView(key).last(65))); }, {"signature is wrong"});
}

TEST_CASE("a key that is not in DER is refused, although its signature fits") {
    for (std::string name : {"ec-p256", "ec-p384", "ed25519", "rsa-3072"}) {
        CAPTURE(name);
        auto key = PrivateKey::generate(name);
        auto scheme = scheme_of(*key.get()).value();
        auto request_with = [&](ByteView public_key) {
            auto info = der::sequence(
                {der::small_integer(0), der::sequence({}), public_key, der::value(der::context(0, true), {})});
            return der::sequence({info, scheme.algorithm_identifier, der::bit_string(sign(key.get(), scheme, info))});
        };
        Bytes public_key = key.public_key();
        CHECK_NOTHROW(verify_request(request_with(public_key)));
        // A length in one byte more than it needs.
        bool is_short = public_key[1] < 0x80;
        std::size_t length_size = is_short ? 0 : public_key[1] & 0x7Fu;
        Bytes longer{0x30, static_cast<std::uint8_t>(0x81 + length_size)};
        if (!is_short) longer.push_back(0);
        longer.insert(longer.end(), public_key.begin() + (is_short ? 1 : 2), public_key.end());
        Workshop workshop;
        workshop.write("request.der", request_with(longer));
        workshop.must("openssl req -inform DER -in request.der -verify -noout");
        refusal(Code::refused, [&] { verify_request(request_with(longer)); }, {"damaged"});
    }
}

TEST_CASE("keys that are too weak, unusual or spelt out are refused") {
    Workshop workshop;
    auto refused = [&](const std::string& key, std::string_view word, const std::string& options = "") {
        CAPTURE(key);
        auto request = request_by_openssl(workshop, key, options);
        refusal(Code::refused, [&] { verify_request(request); }, {word});
    };
    refused("genrsa 1024 | openssl rsa", "rsa-1024");
    refused("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "ec-secp256k1");
    refused("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-224", "ec-p224");
    refused(p256 + " -pkeyopt ec_param_enc:explicit", "explicit");
    refused("genpkey -algorithm ED448", "ed448");
    refused("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", "rsa-pss-2048");
    refused("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", "SHA1", "-sha1");
    refused("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", "RSASSA-PSS", "-sigopt rsa_padding_mode:pss");
    refused(p256, "SHA1", "-sha1");
}

TEST_CASE("a request of ours is empty but for its key") {
    const std::vector<std::pair<std::string, std::string>> kinds{{"ec-p256", "ecdsa-with-SHA256"},
                                                                 {"ec-p384", "ecdsa-with-SHA384"},
                                                                 {"ed25519", "ED25519"},
                                                                 {"rsa-3072", "sha256WithRSAEncryption"}};
    for (const auto& each : kinds) {
        const auto& name = each.first;
        const auto& signature = each.second;
        CAPTURE(name);
        Workshop workshop;
        auto key = PrivateKey::generate(name);
        auto request = make_request(key);
        CHECK(is_clean());
        workshop.write("request.der", request);
        auto text = workshop.must("openssl req -inform DER -in request.der -verify -text -noout");
        CHECK(contains(text, "verify OK"));
        CHECK(contains(text, "Version: 1 (0x0)"));
        CHECK(contains(text, "Subject: \n"));
        CHECK(contains(text, "Attributes:\n            (none)"));
        CHECK(contains(workshop.must("openssl asn1parse -inform DER -in request.der"), "l=   0 cons: cont [ 0 ]"));
        CHECK(contains(text, "Signature Algorithm: " + signature));
        workshop.must(
            "openssl req -inform DER -in request.der -pubkey -noout | openssl pkey -pubin -outform DER -out p.der");
        CHECK(workshop.read_bytes("p.der") == key.public_key());

        auto verified = verify_request(request);
        CHECK(verified.name == name);
        CHECK(verified.public_key == key.public_key());
        CHECK(is_clean());
    }
}

TEST_CASE("only the key is taken from requests that others make") {
    Workshop workshop;
    const std::string wishes =
        "-addext basicConstraints=critical,CA:TRUE -addext subjectAltName=DNS:evil.example -addext "
        "keyUsage=keyCertSign";
    const std::vector<std::pair<std::string, std::string>> kinds{
        {p256, "ec-p256"},
        {"genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384", "ec-p384"},
        {"genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521", "ec-p521"},
        {"genpkey -algorithm ED25519", "ed25519"},
        {"genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048", "rsa-2048"},
        {"genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072", "rsa-3072"},
    };
    for (const auto& each : kinds) {
        const auto& command = each.first;
        const auto& name = each.second;
        CAPTURE(name);
        auto verified = verify_request(request_by_openssl(workshop, command, wishes));
        CHECK(verified.name == name);
        CHECK(verified.public_key == public_key_by_openssl(workshop));
        CHECK(is_clean());
    }
    CHECK_NOTHROW(verify_request(request_by_openssl(workshop, p256, "-sha512")));
    // Sectigo and others allow it; RFC 5480, 2.2 says that one may.
    workshop.must("openssl " + p256 + " | openssl ec -conv_form compressed -out key.pem");
    workshop.must("openssl req -new -key key.pem -subj / -outform DER -out request.der");
    CHECK(verify_request(workshop.read_bytes("request.der")).name == "ec-p256");
}

TEST_CASE("no request is made with a key that cannot sign") {
    Workshop workshop;
    workshop.must("openssl genpkey -algorithm X25519 -out key.pem");
    refusal(Code::usage, [&] { make_request(key_in(workshop, "key.pem")); }, {"x25519"});
}
