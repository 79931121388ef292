#include "crypto/certificates/authority.hpp"
#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/certificates/sans.hpp"
#include "crypto/workshop.hpp"

using namespace rekey;
using namespace rekey::crypto;
using namespace rekey::crypto::test;

namespace {

using Texts = std::vector<std::string>;

void refuse_san(const std::string& san) {
    CAPTURE(san);
    auto error = refusal(Code::usage,
                         [&] {
                             normalised_sans({"dns:good.example", san});
                         },
                         {"subject alternative name"});
    CHECK_FALSE(error.hint().empty());
    for (char c : error.message()) CHECK(static_cast<unsigned char>(c) >= 0x20);
}

void refuse_subject(const Attributes& subject, std::string_view word) {
    auto error = refusal(Code::usage, [&] { to_text(subject); }, {word});
    for (char c : error.message()) CHECK(static_cast<unsigned char>(c) >= 0x20);
}

}  // namespace

TEST_CASE("names that are none are refused") {
    for (std::string san : {"",
                            "unit.example",
                            "dns:",
                            "dns",
                            "DNS:unit.example",
                            "dns: unit.example",
                            "dns:a b",
                            "dns:-a.example",
                            "dns:a-.example",
                            "dns:a..b",
                            "dns:.a",
                            "dns:a.",
                            "dns:*",
                            "dns:*.",
                            "dns:a.*.b",
                            "dns:*a.b",
                            "dns:grüße.example",
                            "dns:a\nb",
                            "dns:a\x1b[31m",
                            "dns:a/b",
                            "ip:",
                            "ip:192.0.2",
                            "ip:192.0.2.256",
                            "ip:192.0.2.1/24",
                            "ip:2001:db8::g",
                            "ip: 192.0.2.1",
                            "ip:192.0.2.1 ",
                            "ip:unit",
                            "uri:",
                            "uri:urn",
                            "uri:urn:",
                            "uri::x",
                            "uri:1a:x",
                            "uri:http://a b",
                            "uri:http://ü",
                            "email:",
                            "email:a",
                            "email:@b",
                            "email:a@",
                            "email:a@b..c",
                            "email:a b@c",
                            "email:a@*.b",
                            "rid:1.2.3",
                            "other:1.2.3",
                            "dir:CN=a"})
        refuse_san(san);
    refuse_san("dns:" + std::string(64, 'a') + ".example");
    std::string long_name;
    while (long_name.size() <= 253) long_name += "abcdefgh.";
    refuse_san("dns:" + long_name + "a");
    refuse_san(std::string("dns:a\0b", 7));
}

TEST_CASE("names are brought into one form, sorted, once each") {
    CHECK(normalised_sans({}).empty());
    CHECK(normalised_sans({"uri:URN:Example:A", "dns:Unit-1.Example", "dns:unit-1.example", "email:Ops@Example.ORG",
                           "ip:2001:0DB8:0::1", "ip:192.0.2.1", "dns:*.Example", "dns:_sip.example",
                           "dns:xn--gre-6ka8i.example", "dns:1.example", "dns:unit"}) ==
          Texts{"dns:*.example", "dns:1.example", "dns:_sip.example", "dns:unit", "dns:unit-1.example",
                "dns:xn--gre-6ka8i.example", "email:Ops@example.org", "ip:192.0.2.1", "ip:2001:db8::1",
                "uri:URN:Example:A"});
    CHECK(normalised_sans({"ip:::ffff:192.0.2.1"}) == Texts{"ip:::ffff:192.0.2.1"});
}

TEST_CASE("usages are brought into one form") {
    CHECK(normalised_usages({"clientAuth", "1.3.6.1.5.5.7.3.1", "serverAuth", "1.2.3.4.5", "anyExtendedKeyUsage",
                             "TLS Web Client Authentication", "ipsecIKE"}) ==
          Texts{"1.2.3.4.5", "anyExtendedKeyUsage", "clientAuth", "ipsecIKE", "serverAuth"});
    CHECK(normalised_usages({}).empty());
    for (std::string usage : {"", "serverauth", "CN", "commonName", "basicConstraints", "nonsense", "1.2.x", "1", ".",
                              "9.9.9", "serverAuth ", "serverAuth,clientAuth", "a\nb"}) {
        CAPTURE(usage);
        refusal(Code::usage,
                [&] {
                    normalised_usages({"serverAuth", usage});
                },
                {"not an extended key usage", "serverAuth"});
    }
}

TEST_CASE("subjects that no certificate can hold are refused") {
    refuse_subject({{"X", "a"}}, "not known");
    refuse_subject({{"", "a"}}, "not known");
    refuse_subject({{"C\nN", "a"}}, "not known");
    refuse_subject({{"CN", ""}}, "empty");
    refuse_subject({{"CN", std::string(65, 'a')}}, "64 characters");
    refuse_subject({{"CN", "\xff"}}, "UTF-8");
    refuse_subject({{"CN", "\xc0\x80"}}, "UTF-8");
    refuse_subject({{"CN", "\xed\xa0\x80"}}, "UTF-8");
    refuse_subject({{"CN", "\xf7\xbf\xbf\xbf"}}, "UTF-8");
    refuse_subject({{"CN", "\xf8\x88\x80\x80\x80"}}, "UTF-8");
    refuse_subject({{"C", "DEU"}}, "2 characters");
    refuse_subject({{"C", "D"}}, "two letters");
    refuse_subject({{"DC", "grün"}}, "ASCII");
    refuse_subject({{"serialNumber", "a_b"}}, "letters, digits");
    CHECK(is_clean());
    // Characters count, not bytes.
    std::string umlauts;
    for (int i = 0; i < 64; ++i) umlauts += "ü";
    CHECK(to_text({{"CN", umlauts}}) == "CN=" + umlauts);
}

TEST_CASE("the text of a subject is RFC 4514") {
    CHECK(to_text(Attributes{}) == "");
    CHECK(to_text({{"C", "DE"}, {"O", "Example"}, {"CN", "unit-1"}}) == "CN=unit-1,O=Example,C=DE");
    CHECK(to_text({{"cn", "a"}}) == "CN=a");
    CHECK(to_text({{"CN", "a,b+c\"d\\e<f>g;h"}}) == R"(CN=a\,b\+c\"d\\e\<f\>g\;h)");
    CHECK(to_text({{"CN", " a "}}) == R"(CN=\ a\ )");
    CHECK(to_text({{"CN", "#a"}}) == R"(CN=\#a)");
    CHECK(to_text({{"O", "Grüße 日本 😀"}}) == "O=Grüße 日本 😀");
    CHECK(to_text({{"DC", "org"},
                   {"DC", "example"},
                   {"OU", "a"},
                   {"OU", "b"},
                   {"UID", "7"},
                   {"serialNumber", "12 (a)"},
                   {"L", "x"},
                   {"ST", "y"},
                   {"STREET", "z"}}) == "street=z,ST=y,L=x,serialNumber=12 (a),UID=7,OU=b,OU=a,DC=example,DC=org");
}

TEST_CASE("no text of a name can act on a terminal") {
    CHECK(to_text({{"CN", "a\x1b[31m\n\tb\x7f"}}) == R"(CN=a\1B[31m\0A\09b\7F)");
    CHECK(to_text({{"CN",
                    "a\xc2\x9b"
                    "31m"}}) == R"(CN=a\C2\9B31m)");
    CHECK(to_text({{"CN",
                    "\xe2\x80\xae"
                    "evil"}}) == R"(CN=\E2\80\AEevil)");
    CHECK(to_text({{"CN",
                    "a\xe2\x80\xa8"
                    "b\xe2\x80\xa9"}}) == R"(CN=a\E2\80\A8b\E2\80\A9)");
    CHECK(to_text({{"CN", "\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8f\xd8\x9c\xef\xbb\xbf"}}) ==
          R"(CN=\E2\81\A6\E2\81\A9\E2\80\8F\D8\9C\EF\BB\BF)");
    CHECK(to_text({{"CN", std::string("a\0b", 3)}}) == R"(CN=a\00b)");
    CHECK(escape_controls("\xff"
                          "a\xc3") == R"(\FFa\C3)");
}

TEST_CASE("what a subject's text promises is what its certificate says") {
    auto authority = Authority::create("ec-p256", {{"CN", "CA"}}, make_number(), noon, noon + year);
    auto public_key = PrivateKey::generate("ec-p256").public_key();
    const std::vector<Attributes> subjects{
        {{"CN", "unit-1"}},
        {{"C", "DE"}, {"O", "Example, Inc. <x>"}, {"CN", " #unit+1\\ "}},
        {{"O", "Grüße 日本 😀"}, {"OU", "a"}, {"OU", "b"}},
        {{"DC", "org"},
         {"DC", "example"},
         {"UID", "7"},
         {"serialNumber", "12 (a)"},
         {"L", "x"},
         {"ST", "y"},
         {"STREET", "z"}},
        {{"CN",
          "a\x1b[31m\xc2\x9b\xe2\x80\xae"
          "b"}},
    };
    Workshop workshop;
    for (const auto& subject : subjects) {
        auto leaf = authority.sign({make_number(), subject, {"dns:a"}, {}, noon, noon + day}, public_key);
        CHECK(leaf.facts().subject == to_text(subject));
        CHECK(leaf.facts().issuer == "CN=CA");
        workshop.write("leaf.pem", leaf.to_pem());
        auto theirs = workshop.must("openssl x509 -in leaf.pem -noout -subject -nameopt RFC2253,-esc_msb");
        theirs.pop_back();
        CHECK(escape_controls(theirs) == "subject=" + to_text(subject));
    }
    auto nameless = authority.sign({make_number(), {}, {"dns:a"}, {}, noon, noon + day}, public_key);
    CHECK(nameless.facts().subject == "");
}
