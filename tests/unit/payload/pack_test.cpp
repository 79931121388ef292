#include <fmt/format.h>

#include <set>

#include "payload/workshop.hpp"

using namespace rekey;
using namespace rekey::payload;
using rekey::payload::test::parse;
using rekey::payload::test::refusal;
using rekey::payload::test::secret;
using rekey::payload::test::Workshop;

namespace {

Plain plain(std::string_view number, const std::string& pem) {
    Plain one;
    one.id = fmt::format("entry-{}", number);
    one.name = fmt::format("Credential & <{}> b\xC3\xBCro", number);
    one.scope = "business.api";
    one.client_id = fmt::format("BUSINESSAPI.{}", number);
    one.key_id = "key";
    one.version = 7;
    one.key = secret(pem);
    return one;
}

std::string make_key(const Workshop& workshop,
                     const std::string& how = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256") {
    workshop.must("openssl genpkey -quiet " + how + " -out key.pem");
    return workshop.read("key.pem");
}

/// The UUIDs in a mobileconfig, in order.
std::vector<std::string> uuids(const std::string& xml) {
    std::vector<std::string> found;
    constexpr std::string_view key = "<key>PayloadUUID</key>";
    for (auto at = xml.find(key); at != std::string::npos; at = xml.find(key, at + 1)) {
        auto begin = xml.find("<string>", at) + 8;
        found.push_back(xml.substr(begin, 36));
    }
    return found;
}

}  // namespace

TEST_CASE("python opens every format of a pack, and so do we") {
    Workshop workshop;
    std::string first = make_key(workshop);
    std::string second = make_key(workshop);
    std::vector<Plain> entries;
    entries.push_back(plain("1", first));
    entries.push_back(plain("2", second));
    workshop.write("plist", pack(entries, secret("pass phrase"), Format::plist));
    workshop.write("mobileconfig", pack(entries, secret("pass phrase"), Format::mobileconfig));
    workshop.write("json", pack(entries, secret("pass phrase"), Format::json));
    workshop.write("first.pem", first);
    workshop.write("second.pem", second);
    workshop.python(R"(
from cryptography.hazmat.primitives import serialization
import re
def load(pem):
    return serialization.load_pem_private_key(pem, None).private_numbers()
def check(entries):
    assert len(entries) == 2
    salts, nonces = set(), set()
    for number, e in enumerate(entries, 1):
        assert (e['id'], e['clientId'], e['keyId'], e['scope']) == (f'entry-{number}', f'BUSINESSAPI.{number}', 'key', 'business.api')
        assert e['name'] == f'Credential & <{number}> b\u00fcro' and e['version'] == 7
        assert (e['pemKDF'], e['pemScryptN'], e['pemScryptR'], e['pemScryptP']) == ('scrypt', 2**17, 8, 1)
        assert len(e) == 13 and len(e['pemSalt']) == 16 and len(e['pemNonce']) == 12
        pem = decrypt(e, b'pass phrase')
        assert load(pem) == load(open(('first.pem', 'second.pem')[number - 1], 'rb').read())
        salts.add(e['pemSalt']); nonces.add(e['pemNonce'])
    assert len(salts) == 1 and len(nonces) == 2
check(plistlib.load(open('plist', 'rb'))['ManagedABMCredentials'])
profile = plistlib.load(open('mobileconfig', 'rb'))
assert profile['PayloadType'] == 'Configuration' and profile['PayloadVersion'] == 1 and profile['PayloadScope'] == 'System'
[inner] = profile['PayloadContent']
for p in (profile, inner):
    assert re.fullmatch('[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}', p['PayloadUUID'])
    assert p['PayloadIdentifier'] and p['PayloadType'] and p['PayloadDisplayName']
check(inner['ManagedABMCredentials'])
texts = json.load(open('json'))['ManagedABMCredentials']
check([{k: base64.b64decode(v, validate=True) if k in ('encryptedPEM', 'pemSalt', 'pemNonce') else v for k, v in e.items()}
       for e in texts])
)");
    for (const char* name : {"plist", "mobileconfig", "json"}) {
        CAPTURE(name);
        auto read = parse(workshop.read(name));
        REQUIRE(read.size() == 2);
        CHECK(read[0].name == entries[0].name);
        CHECK(read[1].version == 7);
        Decryptor decryptor(secret("pass phrase"));
        CHECK(text_of(decryptor.decrypt(read[0]).view()) == first);
        CHECK(text_of(decryptor.decrypt(read[1]).view()) == second);
    }
}

TEST_CASE("a pack of the same credentials is encrypted anew and keeps its UUIDs") {
    Workshop workshop;
    std::string key = make_key(workshop);
    std::string other_key = make_key(workshop);
    auto made = [&](auto change) {
        std::vector<Plain> entries;
        entries.push_back(plain("1", key));
        change(entries.front());
        return pack(entries, secret("x"), Format::mobileconfig);
    };
    std::string one = made([](Plain&) {});
    std::string again = made([](Plain&) {});
    CHECK(one != again);
    CHECK(uuids(one) == uuids(again));
    REQUIRE(uuids(one).size() == 2);
    CHECK(uuids(one)[0] != uuids(one)[1]);
    CHECK(parse(one).front().digest != parse(again).front().digest);
    std::set<std::vector<std::string>> all = {uuids(one)};
    all.insert(uuids(made([](Plain& e) { e.name = "m"; })));
    all.insert(uuids(made([](Plain& e) { e.version = 8; })));
    all.insert(uuids(made([](Plain& e) { e.client_id = "C"; })));
    all.insert(uuids(made([&](Plain& e) { e.key = secret(other_key); })));
    CHECK(all.size() == 5);
}

TEST_CASE("only the key goes into a pack, not what else is in its file") {
    Workshop workshop;
    std::string key = make_key(workshop);
    std::vector<Plain> entries;
    entries.push_back(
        plain("1", "a comment\n" + key + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
    auto read = parse(pack(entries, secret("x"), Format::plist));
    CHECK(text_of(decrypt(read.front(), secret("x")).view()) == key);
}

TEST_CASE("what cannot go into a pack is refused by name") {
    Workshop workshop;
    std::string key = make_key(workshop);
    std::string rsa = make_key(workshop, "-algorithm RSA -pkeyopt rsa_keygen_bits:2048");
    auto refused = [&](auto change) {
        std::vector<Plain> entries;
        entries.push_back(plain("1", key));
        entries.push_back(plain("2", key));
        change(entries[1]);
        auto result = refusal([&] { pack(entries, secret("x"), Format::plist); });
        CHECK(result.code == Code::usage);
        return result.message;
    };
    CHECK(refused([](Plain& e) { e.id = "entry-1"; }) == "entry 2 ('entry-1'): 'id' is also that of entry 1");
    CHECK(refused([](Plain& e) { e.client_id = "BUSINESSAPI.1"; }) ==
          "entry 2 ('entry-2'): 'clientId' is also that of entry 1");
    CHECK(refused([](Plain& e) { e.client_id += "\n"; }).starts_with("entry 2 ('entry-2'): 'clientId' has control"));
    CHECK(refused([](Plain& e) { e.name = ""; }) == "entry 2 ('entry-2'): 'name' is empty");
    CHECK(refused([](Plain& e) { e.version = -1; }) == "entry 2 ('entry-2'): 'version' is below zero");
    CHECK(refused([&](Plain& e) { e.key = secret(rsa); }) ==
          "entry 2 ('entry-2'): a key of the kind rsa-2048, where one on P-256 (ec-p256) is needed");
    CHECK(refused([&](Plain& e) { e.key = secret(key + key); }) ==
          "entry 2 ('entry-2'): more than one private key, where one is needed");
    CHECK(refused([](Plain& e) { e.key = Secret(); }).starts_with("entry 2 ('entry-2'): empty, where a private key"));
    CHECK(refusal([&] { pack({}, secret("x"), Format::plist); }).message == "no credentials to pack");
    std::vector<Plain> one;
    one.push_back(plain("1", key));
    CHECK(refusal([&] { pack(one, Secret(), Format::json); }).code == Code::usage);
    std::vector<Plain> many(2'001);
    CHECK(refusal([&] { pack(many, secret("x"), Format::json); }).message ==
          "2001 credentials, and at most 2000 go into one payload");
}

TEST_CASE("neither key nor passphrase is in what is packed") {
    Workshop workshop;
    std::string key = make_key(workshop);
    std::vector<Plain> entries;
    entries.push_back(plain("1", key));
    std::string body = key.substr(key.find('\n') + 1, 40);
    for (Format format : {Format::plist, Format::mobileconfig, Format::json}) {
        std::string content = pack(entries, secret("recognisable"), format);
        CHECK(content.find(body) == std::string::npos);
        CHECK(content.find("PRIVATE KEY") == std::string::npos);
        CHECK(content.find("recognisable") == std::string::npos);
    }
}

TEST_CASE("2,000 credentials go into one pack and come out again") {
    Workshop workshop;
    std::string key = make_key(workshop);
    std::vector<Plain> entries;
    for (int i = 0; i < 2'000; ++i) entries.push_back(plain(std::to_string(i), key));
    auto read = parse(pack(entries, secret("x"), Format::plist));
    REQUIRE(read.size() == 2'000);
    Decryptor decryptor(secret("x"));
    for (std::size_t i = 0; i < read.size(); i += 97) CHECK(text_of(decryptor.decrypt(read[i]).view()) == key);
    std::set<Bytes> nonces;
    for (const auto& entry : read) nonces.insert(entry.nonce);
    CHECK(nonces.size() == 2'000);
}
