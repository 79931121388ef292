#include "crypto/keys/assertion.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "rekey/base/base.hpp"
#include "shell.hpp"

using namespace rekey;
using namespace rekey::crypto;

namespace {

const Assertion sample{"BUSINESSAPI.1", "kid-1", "https://account.example/auth/oauth2/v2/token",
                       from_unix(1'800'000'000), Seconds{600}};

void write(const std::string& path, std::string_view content) { std::ofstream(path, std::ios::binary) << content; }

PrivateKey key_from(const test::TemporaryFolder& scratch, const std::string& command) {
    auto result = test::shell(command + " -out " + scratch / "key.pem");
    REQUIRE_MESSAGE(result.code == 0, result.output);
    return PrivateKey::from_pem(view_of(test::content_of(scratch / "key.pem")));
}

std::string refusal(const auto& call) {
    try {
        call();
    } catch (const Error& e) {
        CHECK(e.code() == Code::usage);
        return e.message();
    }
    return "nothing was refused";
}

}  // namespace

TEST_CASE("python and the openssl command accept the assertion's signature and read what it says") {
    test::TemporaryFolder scratch;
    auto key = key_from(scratch, "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    // R or S is shorter than 32 bytes once in 128 signatures.
    std::string tokens;
    for (int i = 0; i < 400; ++i) tokens += make_assertion(key, sample) + "\n";
    write(scratch / "tokens", tokens);
    write(scratch / "judge.py", R"(
import base64, json, sys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
folder = sys.argv[1]
public = serialization.load_pem_private_key(open(folder + '/key.pem', 'rb').read(), None).public_key()
def decode(part):
    assert '=' not in part and '+' not in part and '/' not in part
    return base64.urlsafe_b64decode(part + '=' * (-len(part) % 4))
for token in open(folder + '/tokens').read().split():
    head, claims, raw = token.split('.')
    signature = decode(raw)
    assert len(signature) == 64
    der = utils.encode_dss_signature(int.from_bytes(signature[:32], 'big'), int.from_bytes(signature[32:], 'big'))
    public.verify(der, (head + '.' + claims).encode(), ec.ECDSA(hashes.SHA256()))
open(folder + '/signature', 'wb').write(der)
open(folder + '/signed', 'w').write(head + '.' + claims)
assert json.loads(decode(head)) == {'alg': 'ES256', 'typ': 'JWT', 'kid': 'kid-1'}
said = json.loads(decode(claims))
jti = said.pop('jti')
assert len(bytes.fromhex(jti)) == 16
assert said == {'iss': 'BUSINESSAPI.1', 'sub': 'BUSINESSAPI.1', 'iat': 1800000000, 'exp': 1800000600,
                'aud': 'https://account.example/auth/oauth2/v2/token'}, said
)");
    auto judged = test::shell("python3 " + scratch / "judge.py" + " " + scratch.path());
    CHECK_MESSAGE(judged.code == 0, judged.output);
    auto verified = test::shell("cd " + scratch.path() +
                                " && openssl pkey -in key.pem -pubout -out public.pem && "
                                "openssl dgst -sha256 -verify public.pem -signature signature signed");
    CHECK_MESSAGE(verified.code == 0, verified.output);
}

TEST_CASE("no two assertions are the same") {
    auto key = PrivateKey::generate("ec-p256");
    std::set<std::string> claims;
    for (int i = 0; i < 50; ++i) {
        std::string token = make_assertion(key, sample);
        claims.insert(token.substr(0, token.rfind('.')));
    }
    CHECK(claims.size() == 50);
}

TEST_CASE("text in an assertion stays text") {
    test::TemporaryFolder scratch;
    auto key = PrivateKey::generate("ec-p256");
    Assertion odd = sample;
    odd.client_id = "a\"b\n\\,\"exp\":9";
    odd.key_id = "sch\xC3\xB6n";
    write(scratch / "token", make_assertion(key, odd));
    auto read = test::shell("python3 -c \"import base64,json; h,c,s=open('" + scratch / "token" +
                            "').read().split('.'); d=lambda p: json.loads(base64.urlsafe_b64decode(p+'==='));"
                            "assert d(c)['sub'] == 'a' + chr(34) + 'b' + chr(10) + chr(92) + ',' + chr(34) + 'exp' + "
                            "chr(34) + ':9', d(c); assert d(h)['kid'] == 'sch' + chr(246) + 'n'\"");
    CHECK_MESSAGE(read.code == 0, read.output);
    odd.key_id = "\xFF";
    CHECK(refusal([&] { make_assertion(key, odd); }).find("not UTF-8") != std::string::npos);
}

TEST_CASE("an assertion without a client, a key ID, an audience or a life is refused") {
    auto key = PrivateKey::generate("ec-p256");
    for (auto part : {&Assertion::client_id, &Assertion::key_id, &Assertion::audience}) {
        Assertion what = sample;
        (what.*part).clear();
        CHECK(refusal([&] { make_assertion(key, what); }) ==
              "no client ID, key ID or audience to sign an assertion with");
    }
    Assertion what = sample;
    what.lifetime = Seconds{0};
    CHECK(refusal([&] { make_assertion(key, what); }) == "an assertion whose life ends before it begins");
}

TEST_CASE("a key that is not on P-256 is named") {
    test::TemporaryFolder scratch;
    auto refused = [&](const std::string& command) {
        auto key = key_from(scratch, command);
        std::string message = refusal([&] { require_p256(key); });
        CHECK(refusal([&] { make_assertion(key, sample); }) == message);
        return message;
    };
    CHECK(refused("openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048") ==
          "a key of the kind rsa-2048, where one on P-256 (ec-p256) is needed");
    CHECK(refused("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384") ==
          "a key of the kind ec-p384, where one on P-256 (ec-p256) is needed");
    CHECK(refused("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1") ==
          "a key of the kind ec-secp256k1, where one on P-256 (ec-p256) is needed");
    CHECK(refused("openssl genpkey -algorithm ED25519") ==
          "a key of the kind ed25519, where one on P-256 (ec-p256) is needed");
    CHECK(refused("openssl ecparam -genkey -name prime256v1 -param_enc explicit") ==
          "an EC key with its parameters spelt out, where one on P-256 (ec-p256) is needed");
    CHECK_NOTHROW(require_p256(PrivateKey::generate("ec-p256")));
}

TEST_CASE("a key has one fingerprint in every form of its file, and it is that of its public key") {
    test::TemporaryFolder scratch;
    auto key = key_from(scratch, "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    std::string fingerprint = to_hex(key_fingerprint(key));
    auto expected = test::shell("cd " + scratch.path() +
                                " && openssl pkey -in key.pem -pubout -outform DER | sha256sum | cut -c1-64 | "
                                "tr a-f A-F | tr -d '\\n'");
    CHECK(fingerprint == expected.output);
    for (const char* form : {"openssl ec -conv_form compressed", "openssl ec -conv_form hybrid",
                             "openssl ec -no_public", "openssl pkey", "openssl pkey -traditional"}) {
        auto made = test::shell("cd " + scratch.path() + " && " + form + " -in key.pem -out other.pem");
        REQUIRE_MESSAGE(made.code == 0, made.output);
        CHECK_MESSAGE(to_hex(key_fingerprint(PrivateKey::from_pem(view_of(test::content_of(scratch / "other.pem"))))) ==
                          fingerprint,
                      form);
    }
    CHECK(to_hex(key_fingerprint(PrivateKey::generate("ec-p256"))) != fingerprint);
    auto rsa = key_from(scratch, "openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048");
    CHECK(key_fingerprint(rsa) == sha256(rsa.public_key()));
}
