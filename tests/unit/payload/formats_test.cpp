#include <algorithm>

#include "payload/workshop.hpp"

using namespace rekey;
using namespace rekey::payload;
using rekey::payload::test::parse;
using rekey::payload::test::refusal;
using rekey::payload::test::secret;
using rekey::payload::test::why_not;
using rekey::payload::test::Workshop;

namespace {

void check_sample(const std::vector<Entry>& entries) {
    REQUIRE(entries.size() == 2);
    const Entry& first = entries[0];
    CHECK(first.id == "entry-1");
    CHECK(first.name == "Credential 1 & <\xC3\xBC\xF0\x9F\x94\x91>");
    CHECK(first.scope == "business.api");
    CHECK(first.client_id == "BUSINESSAPI.1");
    CHECK(first.key_id == "key-1");
    CHECK(first.version == 3);
    CHECK(first.protection == Protection::scrypt);
    CHECK(first.salt.size() == 16);
    CHECK(first.nonce.size() == 12);
    CHECK(first.scrypt_n == 32768);
    CHECK(first.scrypt_r == 8);
    CHECK(first.scrypt_p == 1);
    CHECK(entries[1].id == "entry-2");
    CHECK(entries[1].protection == Protection::hkdf);
    CHECK(entries[1].version == 0);
    CHECK(text_of(decrypt(first, secret("pass phrase")).view()) == "hush");
    CHECK(text_of(decrypt(entries[1], secret("pass phrase")).view()) == "hush too");
}

constexpr const char* sample = R"(
sample = root(entry(1, name='Credential 1 & <\u00fc\U0001f511>', extra=['kept', 1.5, True]), published(2, b'hush too'))
)";

}  // namespace

TEST_CASE("every format that python writes is read, and all of them say the same") {
    Workshop workshop;
    workshop.python(std::string(sample) + R"(
texts = root(*(as_text(e) for e in sample['ManagedABMCredentials']))
save('xml', sample)
save('binary', sample, plistlib.FMT_BINARY)
save('xml-text', texts)
save('binary-text', texts, plistlib.FMT_BINARY)
save_json('json', sample)
lines = [dict(e, encryptedPEM='\n\t' + '\n\t'.join(e['encryptedPEM'][i:i + 10] for i in range(0, 200, 10)) + '\n')
         for e in texts['ManagedABMCredentials']]
save('broken-lines', root(*lines))
open('marked', 'wb').write(b'\xef\xbb\xbf' + open('xml', 'rb').read())
open('marked-json', 'wb').write(b'\xef\xbb\xbf\n ' + open('json', 'rb').read())
open('no-doctype', 'wb').write(b'<plist>' + open('xml', 'rb').read().split(b'<plist version="1.0">')[1])
payload = dict(sample, PayloadType='com.example.app', PayloadVersion=1, PayloadIdentifier='a', PayloadUUID='b')
profile = lambda *content: {'PayloadType': 'Configuration', 'PayloadVersion': 1, 'PayloadContent': list(content)}
other = {'PayloadType': 'com.apple.wifi.managed', 'PayloadContent': b'x'}
save('direct', profile(other, payload))
forced = {'com.example.other': {'Forced': [{'mcx_preference_settings': {'x': 1}}]},
          'com.example.app': {'Forced': [{'mcx_preference_settings': sample}]}}
save('mcx', profile(other, {'PayloadType': 'com.apple.ManagedClient.preferences', 'PayloadContent': forced}))
first, second = sample['ManagedABMCredentials']
save('two-payloads', profile(dict(payload, ManagedABMCredentials=[first]), dict(payload, ManagedABMCredentials=[second])))
save('top-mcx', {'mcx_preference_settings': sample})
)");
    auto expected = parse(workshop.read("xml"));
    for (const char* name : {"xml", "binary", "xml-text", "binary-text", "json", "broken-lines", "marked",
                             "marked-json", "no-doctype", "direct", "mcx", "two-payloads", "top-mcx"}) {
        CAPTURE(name);
        auto entries = parse(workshop.read(name));
        check_sample(entries);
        for (std::size_t i = 0; i < expected.size(); ++i) CHECK(entries[i].digest == expected[i].digest);
    }
}

TEST_CASE("comments and CDATA in XML mean what they mean") {
    Workshop workshop;
    std::string xml = workshop.made_by("save('payload', root(unopened()))");
    auto expected = parse(xml).front();
    auto replace = [&](std::string from, std::string to) { xml.replace(xml.find(from), from.size(), to); };
    replace("<string>n</string>", "<string><![CDATA[n & <b>]]></string>");
    replace("<array>", "<!-- <array> & <![CDATA[ [ -->\n<array>");
    replace("<string>C.1</string>", "<string>&#67;&#x2E;1</string>");
    auto entry = parse(xml).front();
    CHECK(entry.name == "n & <b>");
    CHECK(entry.client_id == "C.1");
    CHECK(entry.digest != expected.digest);
}

TEST_CASE("an empty payload has no entries, and a file without the key is none") {
    Workshop workshop;
    CHECK(parse(workshop.made_by("save('payload', root())")).empty());
    CHECK(parse("{\"ManagedABMCredentials\": []}").empty());
    CHECK(why_not(workshop.made_by("save('payload', {'a': 1})")) == "no ManagedABMCredentials in it");
    CHECK(why_not("[]") == "no ManagedABMCredentials in it");
    CHECK(why_not(workshop.made_by("save('payload', ['ManagedABMCredentials'])")) == "no ManagedABMCredentials in it");
    CHECK(why_not(workshop.made_by("save('payload', {'PayloadDescription': 'has ManagedABMCredentials'})")) ==
          "no ManagedABMCredentials in it");
    CHECK(why_not(workshop.made_by("save('payload', {'EncryptedPayloadContent': b'x'})")) ==
          "a profile that is encrypted for one device");
    CHECK(why_not("{\"ManagedABMCredentials\": {}}") == "ManagedABMCredentials is a dictionary, and not a list");
    CHECK(why_not("{\"ManagedABMCredentials\": [7]}") == "entry 1 is a whole number, and not a dictionary");
}

TEST_CASE("other files are called what they are") {
    Workshop workshop;
    workshop.must("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem");
    CHECK(why_not("") == "empty, where a managed payload is needed");
    CHECK(why_not(" \n") == "empty, where a managed payload is needed");
    CHECK(why_not(workshop.read("key.pem")) == "PEM, where a managed payload is needed");
    CHECK(why_not("\xFF\xFE<\0") == "UTF-16 that ends within a character");
    CHECK(why_not("name,id\n") == "neither a property list nor a profile nor JSON");
    CHECK(why_not(std::string(100, '\0')) == "neither a property list nor a profile nor JSON");
    CHECK(why_not("<html><body>404</body></html>") == "not a property list, or a damaged one");
    CHECK(why_not("{\"ManagedABMCredentials\": [") == "damaged JSON, at byte 28");
    CHECK(why_not("{\"a\":1e999}") == "JSON with a number that is too large");
    CHECK(why_not("{\"a\":\"\xFF\"}").starts_with("damaged JSON"));
    CHECK(why_not("{} {}").starts_with("damaged JSON"));
}

TEST_CASE("an entry opens only with its passphrase, and only as it was made") {
    Workshop workshop;
    auto entries = parse(workshop.made_by("save('payload', root(entry(1), published(2)))"));
    for (std::size_t i = 0; i < 2; ++i) {
        for (const char* wrong : {"Pass phrase", "pass phrase ", "x"}) {
            auto refused = refusal([&] { decrypt(entries[i], secret(wrong)); });
            CHECK(refused.code == Code::refused);
            CHECK(refused.message.starts_with("entry 'entry-" + std::to_string(i + 1) + "' does not open: "));
        }
        CHECK(refusal([&] { decrypt(entries[i], Secret()); }).code == Code::usage);
    }
    auto opens = [&](auto change) {
        Entry changed = entries[0];
        change(changed);
        return refusal([&] { decrypt(changed, secret("pass phrase")); }).code;
    };
    CHECK(opens([](Entry&) {}) == Code::interrupted);
    CHECK(opens([](Entry& e) { e.client_id = "BUSINESSAPI.2"; }) == Code::refused);
    CHECK(opens([](Entry& e) { e.id += "x"; }) == Code::refused);
    CHECK(opens([](Entry& e) { e.key_id = "key-2"; }) == Code::refused);
    CHECK(opens([](Entry& e) { e.version = 4; }) == Code::refused);
    CHECK(opens([](Entry& e) { e.encrypted_key[0] ^= 1; }) == Code::refused);
    CHECK(opens([](Entry& e) { e.nonce[0] ^= 1; }) == Code::refused);
    CHECK(opens([](Entry& e) { e.salt[0] ^= 1; }) == Code::refused);
    CHECK(opens([](Entry& e) { e.protection = Protection::hkdf; }) == Code::refused);
    CHECK(opens([](Entry& e) { e.scrypt_n = 1U << 16; }) == Code::refused);
    // Moving a character from one field to the next is another entry too.
    CHECK(opens([](Entry& e) {
              e.id = "entry-1B";
              e.client_id = "USINESSAPI.1";
          }) == Code::refused);
    // Parameters are judged again: nobody must call `parse` first.
    CHECK(opens([](Entry& e) { e.scrypt_n = 2; }) == Code::refused);
}

TEST_CASE("a decryptor opens all entries of a payload, whatever they share") {
    Workshop workshop;
    auto entries =
        parse(workshop.made_by("save('payload', root(*(entry(i, salt=bytes(16), secret=b'key %d' % i) for i in "
                               "range(1, 4)), entry(4), published(5)))"));
    Decryptor decryptor(secret("pass phrase"));
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(text_of(decryptor.decrypt(entries[i]).view()) == "key " + std::to_string(i + 1));
    CHECK(text_of(decryptor.decrypt(entries[3]).view()) == "hush");
    CHECK(text_of(decryptor.decrypt(entries[4]).view()) == "hush");
    Entry changed = entries[0];
    changed.client_id = entries[1].client_id;
    CHECK(refusal([&] { decryptor.decrypt(changed); }).code == Code::refused);
}
