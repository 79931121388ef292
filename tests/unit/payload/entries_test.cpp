#include <fmt/format.h>

#include <ctime>

#include "payload/workshop.hpp"

using namespace rekey;
using namespace rekey::payload;
using rekey::payload::test::parse;
using rekey::payload::test::refusal;
using rekey::payload::test::why_not;
using rekey::payload::test::Workshop;

namespace {

/// One JSON entry: `change` replaces fields, a value of null leaves its field out.
std::string entry(const std::vector<std::pair<std::string, std::string>>& change = {}) {
    std::vector<std::pair<std::string, std::string>> fields = {{"id", "\"e1\""},
                                                               {"name", "\"n\""},
                                                               {"scope", "\"s\""},
                                                               {"clientId", "\"C.1\""},
                                                               {"keyId", "\"k\""},
                                                               {"version", "1"},
                                                               {"encryptedPEM", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""},
                                                               {"pemSalt", "\"AAAAAAAAAAAAAAAAAAAAAA==\""},
                                                               {"pemNonce", "\"AAAAAAAAAAAAAAAA\""},
                                                               {"pemKDF", "\"scrypt\""},
                                                               {"pemScryptN", "131072"},
                                                               {"pemScryptR", "8"},
                                                               {"pemScryptP", "1"}};
    for (const auto& [name, value] : change)
        for (auto& field : fields)
            if (field.first == name) field.second = value;
    std::string text;
    for (const auto& [name, value] : fields)
        if (value != "null") text += fmt::format("{}\"{}\":{}", text.empty() ? "" : ",", name, value);
    return "{" + text + "}";
}

std::string payload_of(const std::string& entries) { return "{\"ManagedABMCredentials\":[" + entries + "]}"; }

std::string why(const std::string& field, const std::string& value) {
    return why_not(payload_of(entry({{field, value}})));
}

}  // namespace

TEST_CASE("an entry without a field it needs, or with one of the wrong kind, is refused by name") {
    REQUIRE(parse(payload_of(entry())).size() == 1);
    for (const char* field : {"name", "scope", "clientId", "keyId", "encryptedPEM", "pemSalt", "pemNonce", "pemScryptN",
                              "pemScryptR", "pemScryptP"}) {
        CHECK(why(field, "null") == fmt::format("entry 1 ('e1'): '{}' is missing", field));
        std::string message = why(field, "true");
        CHECK_MESSAGE(message.starts_with(fmt::format("entry 1 ('e1'): '{}' is true or false, and ", field)), message);
    }
    CHECK(why("id", "null") == "entry 1: 'id' is missing");
    CHECK(why("id", "7") == "entry 1: 'id' is a whole number, and not text");
    CHECK(why("name", "[\"n\"]") == "entry 1 ('e1'): 'name' is a list, and not text");
    CHECK(why("version", "\"1\"") == "entry 1 ('e1'): 'version' is text, and not a whole number from 0 up");
    CHECK(why("version", "1.5") == "entry 1 ('e1'): 'version' is something else, and not a whole number from 0 up");
    CHECK(why("version", "-1") == "entry 1 ('e1'): 'version' is below zero, and not a whole number from 0 up");
    CHECK(why("version", "9223372036854775808").find("'version' is something else") != std::string::npos);
    CHECK(parse(payload_of(entry({{"version", "9223372036854775807"}}))).front().version == 9223372036854775807);
    CHECK(parse(payload_of(entry({{"version", "null"}}))).front().version == 0);
    CHECK(why("pemKDF", "\"argon2id\"") == "entry 1 ('e1'): 'pemKDF' is 'argon2id', which is not known here");
    CHECK(parse(payload_of(entry({{"pemKDF", "\"hkdf-sha256\""}}))).front().protection == Protection::hkdf);
}

TEST_CASE("numbers in property lists are judged as those in JSON are") {
    const std::vector<std::string> good = {"2**63-1", "None"};
    const std::vector<std::string> bad = {"-1", "-2**63", "2**63", "2**64-1", "1.5", "'1'"};
    Workshop workshop;
    for (const char* form : {"plistlib.FMT_XML", "plistlib.FMT_BINARY"}) {
        std::string program;
        for (const auto* versions : {&good, &bad})
            for (const auto& version : *versions)
                program += fmt::format("save(\"{0}\", root(unopened(version={0})), {1})\n", version, form);
        workshop.python(program);
        CHECK(parse(workshop.read("2**63-1")).front().version == 9223372036854775807);
        CHECK(parse(workshop.read("None")).front().version == 0);
        for (const auto& version : bad)
            CHECK_MESSAGE(why_not(workshop.read(version)).find("'version' is ") != std::string::npos, version);
    }
}

TEST_CASE("text that cannot be an ID or a name is refused") {
    CHECK(why("clientId", "\"C.1\\n\"") == "entry 1 ('e1'): 'clientId' has control characters, or is not UTF-8");
    CHECK(why("keyId", "\" k\"") == "entry 1 ('e1'): 'keyId' has a space in it");
    CHECK(why("name", "\"\"") == "entry 1 ('e1'): 'name' is empty");
    CHECK(why("name", "\"a\\u202Eb\"") == "entry 1 ('e1'): 'name' has control characters, or is not UTF-8");
    CHECK(why("name", "\"a\\u0000b\"") == "entry 1 ('e1'): 'name' has control characters, or is not UTF-8");
    CHECK(why("scope", "\"" + std::string(1025, 'x') + "\"") == "entry 1 ('e1'): 'scope' is longer than 1024 bytes");
    CHECK(why("id", "\"\\u001b[31m\"") == "entry 1 ('\\x1B[31m'): 'id' has control characters, or is not UTF-8");
    CHECK(parse(payload_of(entry({{"name", "\"Main key, b\xC3\xBCro\""}}))).front().name == "Main key, b\xC3\xBCro");
}

TEST_CASE("bytes of the wrong size or form are refused") {
    CHECK(why("pemSalt", "\"AAAA\"") == "entry 1 ('e1'): 'pemSalt' has 3 bytes, and not 16");
    CHECK(why("pemNonce", "\"AAAAAAAAAAAAAAAAAAAAAA==\"") == "entry 1 ('e1'): 'pemNonce' has 16 bytes, and not 12");
    CHECK(why("pemNonce", "\"AAAAAAAAAAAAAAA\"") == "entry 1 ('e1'): 'pemNonce' is text that is not base64");
    CHECK(why("pemSalt", "\"AAAAAAAAAAAAAAAAAAAAAB==\"") == "entry 1 ('e1'): 'pemSalt' is text that is not base64");
    CHECK(why("encryptedPEM", "\"-_-_\"") == "entry 1 ('e1'): 'encryptedPEM' is text that is not base64");
    CHECK(why("encryptedPEM", "\"\"") == "entry 1 ('e1'): 'encryptedPEM' has only 0 bytes");
    CHECK(why("encryptedPEM", "\"AAAAAAAAAAAAAAAAAAAAAA==\"") == "entry 1 ('e1'): 'encryptedPEM' has only 16 bytes");
    CHECK(why("encryptedPEM", "\"" + std::string(100'000, 'A') + "\"") ==
          "entry 1 ('e1'): 'encryptedPEM' is longer than 65536 bytes");
}

TEST_CASE("a cost beyond the limits is refused at once, before a passphrase is even asked for") {
    auto refused = [&](const char* n, const char* r, const char* p) {
        auto content = payload_of(entry({{"pemScryptN", n}, {"pemScryptR", r}, {"pemScryptP", p}}));
        std::clock_t begin = std::clock();
        auto result = refusal([&] { parse(content); });
        CHECK(std::clock() - begin < CLOCKS_PER_SEC / 50);
        CHECK(result.message.starts_with("entry 1 ('e1'): scrypt with N="));
        return result.code;
    };
    CHECK(refused("16384", "8", "1") == Code::refused);
    CHECK(refused("32768", "7", "1") == Code::refused);
    CHECK(refused("32768", "8", "0") == Code::refused);
    CHECK(refused("0", "8", "1") == Code::refused);
    CHECK(refused("100000", "8", "1") == Code::refused);
    CHECK(refused("2097152", "8", "1") == Code::refused);
    CHECK(refused("1048576", "16", "1") == Code::refused);
    CHECK(refused("32768", "17", "1") == Code::refused);
    CHECK(refused("32768", "8", "5") == Code::refused);
    // What would be r=8 and p=1 if it were cut to 32 bits.
    CHECK(refused("32768", "4294967304", "1") == Code::refused);
    CHECK(refused("32768", "8", "4294967297") == Code::refused);
    CHECK(refused("4611686018427387904", "9223372036854775807", "9223372036854775807") == Code::refused);
    CHECK(parse(payload_of(entry({{"pemScryptN", "1048576"}, {"pemScryptP", "4"}}))).size() == 1);
    CHECK(parse(payload_of(entry({{"pemScryptN", "32768"}}))).size() == 1);
}

TEST_CASE("an id or a client ID that comes twice is refused, also in two payloads of one profile") {
    CHECK(why_not(payload_of(entry() + "," + entry({{"clientId", "\"C.2\""}}))) ==
          "entry 2 ('e1'): 'id' is also that of entry 1");
    CHECK(why_not(payload_of(entry() + "," + entry({{"id", "\"e2\""}}))) ==
          "entry 2 ('e2'): 'clientId' is also that of entry 1");
    CHECK(parse(payload_of(entry() + "," + entry({{"id", "\"e2\""}, {"clientId", "\"C.2\""}}))).size() == 2);
    CHECK(why_not("{\"PayloadContent\":[" + payload_of(entry()) + "," + payload_of(entry({{"keyId", "\"other\""}})) +
                  "]}") == "entry 2 ('e1'): 'id' is also that of entry 1");
    CHECK(why_not(payload_of(entry() + "," + entry())) == "entry 2 ('e1'): 'id' is also that of entry 1");
    // The very same in another place is the same.
    CHECK(parse("{\"PayloadContent\":[" + payload_of(entry()) + "," + payload_of(entry()) + "]}").size() == 1);
    CHECK(why_not("{\"ManagedABMCredentials\":[{\"id\":\"a\",\"id\":\"b\"}]}").find("has a key twice") !=
          std::string::npos);
}

TEST_CASE("each field is part of the digest, and nothing else is") {
    auto digest = [](const std::vector<std::pair<std::string, std::string>>& change) {
        return parse(payload_of(entry(change))).front().digest;
    };
    auto whole = digest({});
    CHECK(digest({{"pemSalt", "\"AAAAAAAAAAAAAAAA AAAAAA==\""}}) == whole);
    CHECK(parse(payload_of(entry().replace(0, 1, "{\"unknown\":1,"))).front().digest == whole);
    const std::pair<std::string, std::string> changes[] = {{"id", "\"e2\""},
                                                           {"name", "\"m\""},
                                                           {"scope", "\"t\""},
                                                           {"clientId", "\"C.2\""},
                                                           {"keyId", "\"l\""},
                                                           {"version", "2"},
                                                           {"pemKDF", "\"hkdf-sha256\""},
                                                           {"pemScryptN", "262144"},
                                                           {"pemScryptR", "9"},
                                                           {"pemScryptP", "2"},
                                                           {"pemSalt", "\"AAAAAAAAAAAAAAAAAAAAAQ==\""},
                                                           {"pemNonce", "\"AAAAAAAAAAAAAAAB\""},
                                                           {"encryptedPEM", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\""}};
    for (const auto& change : changes) CHECK_MESSAGE(digest({change}) != whole, change.first);
    CHECK(digest({{"name", "\"ns\""}, {"scope", "\"C\""}}) != digest({{"name", "\"n\""}, {"scope", "\"sC\""}}));
}

TEST_CASE("2,000 entries are read, and one more is refused") {
    Workshop workshop;
    for (const char* form : {"plistlib.FMT_XML", "plistlib.FMT_BINARY"}) {
        workshop.python(fmt::format(R"(
for count in (2000, 2001):
    save(str(count), root(*(unopened(i, encryptedPEM=os.urandom(300), pemSalt=os.urandom(16)) for i in range(count))), {})
)",
                                    form));
        std::clock_t begin = std::clock();
        CHECK(parse(workshop.read("2000")).size() == 2'000);
        CHECK(std::clock() - begin < 20 * CLOCKS_PER_SEC);
        CHECK(why_not(workshop.read("2001")) == "2001 entries, and at most 2000 are read");
    }
    workshop.python("save_json('json', root(*(unopened(i) for i in range(2000))))");
    CHECK(parse(workshop.read("json")).size() == 2'000);
}
