#include "crypto/keys/key_forms.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "crypto/encoding/base64.hpp"
#include "errors.hpp"
#include "rekey/base/base.hpp"

using namespace rekey;
using namespace rekey::crypto;
using test::error_of;

namespace {

// Made once with openssl genpkey, and converted by openssl pkcs8, pkcs12 and jose.
const PrivateKey& key() {
    static const auto made = PrivateKey::generate("ec-p256");
    return made;
}

std::string pem() { return std::string(text_of(key().to_pem().view())); }

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
        text.replace(at, what.size(), by);
    return text;
}

std::string utf16(const std::string& text, bool little, bool mark) {
    std::string out;
    auto put = [&](unsigned char low, unsigned char high) {
        out += static_cast<char>(little ? low : high);
        out += static_cast<char>(little ? high : low);
    };
    if (mark) put(0xFF, 0xFE);
    for (char c : text) put(static_cast<unsigned char>(c), 0);
    return out;
}

Bytes der() {
    auto text = pem();
    auto body = text.substr(text.find('\n') + 1);
    body = replaced(body.substr(0, body.find("-----")), "\n", "");
    return *decode_base64(body);
}

/// Offsets in PKCS #8 of a key on P-256 as OpenSSL writes it.
std::string jwk(const std::string& more = "") {
    auto bytes = der();
    ByteView view(bytes);
    auto part = [&](std::size_t at) { return encode_base64url(view.subspan(at, 32)); };
    return R"({"kty":"EC", "crv":"P-256", "x": ")" + part(74) + R"(", "y":")" + part(106) + R"(","d":")" + part(36) +
           "\"" + more + "}";
}

void check_same(const std::string& form) {
    auto read = read_private_key(view_of(form));
    CHECK(read.public_key() == key().public_key());
    CHECK(std::string(text_of(read.to_pem().view())) == pem());
}

}  // namespace

TEST_CASE("a key is read in the forms in which people have it") {
    auto text = pem();
    SUBCASE("as it is") { check_same(text); }
    SUBCASE("line breaks as a shell has them") { check_same(replaced(text, "\n", "\\n")); }
    SUBCASE("in quotes of an environment file") { check_same("KEY=\"" + replaced(text, "\n", "\\n") + "\""); }
    SUBCASE("in JSON") { check_same(R"({"private_key": ")" + replaced(text, "\n", "\\r\\n") + "\"}"); }
    SUBCASE("indented") { check_same("    " + replaced(text, "\n", "\n    ")); }
    SUBCASE("indented by tabs, CR LF") { check_same("\t" + replaced(text, "\n", " \r\n\t")); }
    SUBCASE("old line breaks") { check_same(replaced(text, "\n", "\r")); }
    SUBCASE("on one line") { check_same(replaced(text, "\n", " ")); }
    SUBCASE("on one line without blanks") { check_same(replaced(text, "\n", "")); }
    SUBCASE("with a mark of UTF-8") { check_same("\xEF\xBB\xBF" + text); }
    SUBCASE("UTF-16, little") { check_same(utf16(text, true, true)); }
    SUBCASE("UTF-16, big") { check_same(utf16(text, false, true)); }
    SUBCASE("UTF-16 without a mark") { check_same(utf16(text, true, false)); }
    SUBCASE("base64 of it") { check_same(encode_base64(view_of(text)) + "\n"); }
    SUBCASE("base64 of it, broken into lines") {
        auto once = encode_base64(view_of(text));
        for (std::size_t at = 60; at < once.size(); at += 61) once.insert(at, "\n");
        check_same(once);
    }
    SUBCASE("base64 of base64 in quotes") {
        check_same("'" + encode_base64(view_of(encode_base64(view_of(text)))) + "'");
    }
    SUBCASE("DER") {
        auto bytes = der();
        check_same(std::string(bytes.begin(), bytes.end()));
    }
    SUBCASE("only the base64 between the lines") { check_same(encode_base64(der())); }
    SUBCASE("JSON Web Key") { check_same(jwk()); }
    SUBCASE("JSON Web Key with more in it, as the one of a set") {
        check_same("{\"keys\": [" + jwk(R"(,"kid":"d","use":"sig","alg":"ES256")") + "]}");
    }
    SUBCASE("base64 of a JSON Web Key") { check_same(encode_base64(view_of(jwk()))); }
    SUBCASE("JSON Web Key in UTF-16") { check_same(utf16(jwk(), true, true)); }
}

TEST_CASE("what is no such key is refused, and it is said what it is") {
    auto refused = [](const std::string& form) {
        auto error = error_of([&] { read_private_key(view_of(form)); });
        CHECK(error.code() == Code::usage);
        return error.message();
    };
    auto public_jwk = jwk();
    public_jwk = public_jwk.substr(0, public_jwk.find(",\"d\"")) + "}";
    CHECK(refused(public_jwk) == "a public JSON Web Key, where a private key is needed");
    CHECK(refused(R"({"kty":"RSA","n":"AQAB","d":"AQAB"})") ==
          "a JSON Web Key of the kind RSA, where one on P-256 is needed");
    CHECK(refused(replaced(jwk(), "P-256", "P-384")) ==
          "a JSON Web Key of the kind EC on P-384, where one on P-256 is needed");
    CHECK(refused("{\"keys\": [" + jwk() + "," + jwk() + "]}") == "more than one JSON Web Key, where one is needed");
    CHECK(refused(replaced(jwk(), "\"d\":\"", "\"d\":\"AAAA")).find("'d' is not a number on P-256") !=
          std::string::npos);
    // A number that is not the one of the public key.
    auto other = jwk();
    auto at = other.find("\"d\":\"") + 5;
    other[at + 5] = other[at + 5] == 'A' ? 'B' : 'A';
    CHECK(refused(other) == "a private key that does not belong to the public key beside it");
    CHECK(refused("hello") == "not PEM, where a private key in PEM is needed");
    CHECK(refused("") == "empty, where a private key in PEM is needed");
    CHECK(refused("-----BEGIN PRIVATE KEY-----\\nAAAA").find("damaged") != std::string::npos);
    CHECK(refused(utf16("hello world", true, true)) == "a text in UTF-16, where PEM is needed");
}
