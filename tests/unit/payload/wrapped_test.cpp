/// Payloads as macOS, device management and mail hand them out: signed, printed, wrapped in other things.
#include "payload/workshop.hpp"

using namespace rekey;
using namespace rekey::payload;
using rekey::payload::test::parse;
using rekey::payload::test::refusal;
using rekey::payload::test::why_not;
using rekey::payload::test::Workshop;

namespace {

constexpr const char* sample = R"(
sample = root(unopened(1, name='M\u00fcller & S\u00f6hne'), unopened(2))
first, second = sample['ManagedABMCredentials']
)";

void make_certificate(const Workshop& workshop) {
    workshop.must(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out c.pem -subj "
        "'/O=Example/CN=signer' 2>/dev/null");
}

void check_both(const std::vector<Entry>& entries) {
    REQUIRE(entries.size() == 2);
    CHECK(entries[0].id == "entry-1");
    CHECK(entries[0].name == "M\xC3\xBCller & S\xC3\xB6hne");
    CHECK(entries[1].client_id == "C.2");
}

}  // namespace

TEST_CASE("a signed profile is read, and who signed it is told") {
    Workshop workshop;
    workshop.python(std::string(sample) + "save('plain', {'PayloadContent': [sample]})");
    make_certificate(workshop);
    auto fingerprint =
        workshop.must("openssl x509 -in c.pem -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | tr -d '\\n'");
    const char* ways[] = {
        "openssl smime -sign -nodetach -binary -signer c.pem -inkey k.pem -in plain -out SIGNED -outform DER",
        "openssl smime -sign -nodetach -binary -signer c.pem -inkey k.pem -in plain -out SIGNED -outform PEM",
        "openssl cms -sign -nodetach -binary -signer c.pem -inkey k.pem -in plain -out SIGNED -outform PEM",
        // Indefinite lengths, as streaming signers write them.
        "openssl cms -sign -nodetach -stream -binary -signer c.pem -inkey k.pem -in plain -out SIGNED -outform DER",
        "openssl cms -sign -nodetach -binary -signer c.pem -inkey k.pem -in plain -outform DER | base64 >SIGNED",
    };
    for (const char* way : ways) {
        CAPTURE(way);
        workshop.must(way);
        auto payload = payload::read(view_of(workshop.read("SIGNED")));
        check_both(payload.entries);
        REQUIRE(payload.signers.size() == 1);
        CHECK(payload.signers[0].subject == "CN=signer,O=Example");
        CHECK(payload.signers[0].issuer == "CN=signer,O=Example");
        CHECK(payload.signers[0].fingerprint == fingerprint);
    }
    CHECK(payload::read(view_of(workshop.read("plain"))).signers.empty());
}

TEST_CASE("a signature that does not fit, or is all that there is, is refused") {
    Workshop workshop;
    workshop.python(std::string(sample) + "save('plain', {'PayloadContent': [sample]})");
    make_certificate(workshop);
    workshop.must("openssl cms -sign -nodetach -binary -signer c.pem -inkey k.pem -in plain -out SIGNED -outform DER");
    auto content = workshop.read("SIGNED");
    auto changed = content;
    auto at = changed.find("entry-1");
    REQUIRE(at != std::string::npos);
    changed[at + 6] = '3';
    auto refused = refusal([&] { parse(changed); });
    CHECK(refused.code == Code::refused);
    CHECK(refused.message == "a signed profile whose signature does not fit its content or its certificate");
    CHECK(why_not(content.substr(0, content.size() / 2)) == "a signed profile that is damaged");
    workshop.must("openssl cms -sign -binary -signer c.pem -inkey k.pem -in plain -out DETACHED -outform DER");
    CHECK(why_not(workshop.read("DETACHED")) == "a signature without what it signs");
    workshop.must(
        "openssl cms -sign -nodetach -nocerts -binary -signer c.pem -inkey k.pem -in plain -out BARE -outform DER");
    CHECK(refusal([&] { parse(workshop.read("BARE")); }).code == Code::refused);
}

TEST_CASE("the entries are found wherever device management and its tools put them") {
    Workshop workshop;
    workshop.python(std::string(sample) + R"(
texts = [as_text(e) for e in sample['ManagedABMCredentials']]
preferences = lambda how: {'PayloadType': 'Configuration', 'PayloadContent': [{'PayloadType': 'com.apple.ManagedClient.preferences',
    'PayloadContent': {'com.example.abm': {how: [{'mcx_preference_settings': sample}]}}}]}
save('profiles-show', {'_computerlevel': [{'ProfileItems': [{'PayloadType': 'x', 'PayloadContent': sample}]}], 'somebody': []})
save('shown-twice', {'_computerlevel': [{'a': sample}], 'somebody': [{'b': sample}]})
save('domain', {'com.example.abm': sample})
save('set-once', preferences('Set-Once'))
save('forced', preferences('Forced'))
save('json-in-text', {'ManagedABMCredentials': json.dumps(texts)})
save('json-in-text-elsewhere', {'settings': json.dumps({'ManagedABMCredentials': texts})})
save('data', {'PayloadContent': plistlib.dumps(sample, fmt=plistlib.FMT_BINARY)})
open('json-in-json', 'w').write(json.dumps({'payload': json.dumps({'ManagedABMCredentials': json.dumps(texts)})}))
xml = plistlib.dumps(sample).decode()
open('utf-16', 'wb').write(xml.replace('UTF-8', 'UTF-16').encode('utf-16'))
open('utf-16-big', 'wb').write(b'\xfe\xff' + xml.encode('utf-16-be'))
open('utf-16-json', 'wb').write(json.dumps({'ManagedABMCredentials': texts}, ensure_ascii=False).encode('utf-16'))
open('base64', 'wb').write(base64.encodebytes(xml.encode()))
def old(value, level=0):
    if isinstance(value, dict):
        return '{\n' + ''.join(f'{k} = {old(v)};\n' for k, v in value.items()) + '}'
    if isinstance(value, list):
        return '(\n' + ',\n'.join(old(v) for v in value) + '\n)'
    if isinstance(value, bytes):
        return '<' + ' '.join(value.hex()[i:i + 8] for i in range(0, len(value) * 2, 8)) + '>'
    if isinstance(value, int):
        return str(value)
    return '"' + ''.join(c if ord(c) < 128 else '\\U%04x' % ord(c) for c in value) + '"'
open('defaults-read', 'w').write(old(sample) + '\n')
open('defaults-read-list', 'w').write(old([sample]))
open('printed-data', 'w').write(old(sample).replace('<' + ' '.join(['00000000'] * 4) + '>', '{length = 16, bytes = 0x' + '00' * 16 + '}'))
open('cut-data', 'w').write(old(sample).replace('<' + ' '.join(['00000000'] * 10) + '>', '{length = 40, bytes = 0x00000000 00000000 ... 00000000 }'))
)");
    for (const char* name : {"profiles-show", "shown-twice", "domain", "set-once", "forced", "json-in-text",
                             "json-in-text-elsewhere", "data", "json-in-json", "utf-16", "utf-16-big", "utf-16-json",
                             "base64", "defaults-read", "defaults-read-list", "printed-data"}) {
        CAPTURE(name);
        check_both(parse(workshop.read(name)));
    }
    auto refused = refusal([&] { parse(workshop.read("cut-data")); });
    CHECK(refused.code == Code::usage);
    CHECK(refused.message == "printed text, in which only the beginning and the end of data are shown");
    CHECK(refused.hint.find("defaults export") != std::string::npos);
}

TEST_CASE("property lists of old that are none are refused at once, however they are made") {
    for (const char* text :
         {"{", "(", "{ a", "{ a = ", "{ a = b", "{ a = <0", "{ a = <0>; }", "{ a = \"", "{ a = \"\\", "{ a = \"\\U12",
          "( a b )", "{ a = b; } c", "{ /* }", "( {length = 9999999999999999999999, bytes = 0x00} )", "(=)"}) {
        CAPTURE(text);
        CHECK(refusal([&] { parse(text); }).code == Code::usage);
    }
    std::string deep(5000, '(');
    CHECK(refusal([&] { parse(deep); }).code == Code::usage);
    CHECK(why_not("{ a = b; a = c; }").find("a key twice") != std::string::npos);
    CHECK(why_not("{ ManagedABMCredentials = ( { clientId = x; } ); }") == "entry 1: 'id' is missing");
    // Wrapped in itself again and again.
    std::string text = R"({"ManagedABMCredentials":[]})";
    for (int i = 0; i < 6; ++i) {
        std::string quoted;
        for (char c : text) {
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c;
        }
        text = "{\"a\":\"" + quoted + "\"}";
    }
    CHECK(why_not(text) == "no ManagedABMCredentials in it");
}
