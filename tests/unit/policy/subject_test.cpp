#include <doctest/doctest.h>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/name.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

using namespace rekey;
using namespace rekey::policy;

namespace {

using crypto::Attributes;

std::string error_of(const std::string& text) {
    try {
        parse_subject(text);
    } catch (const Error& error) {
        CHECK(error.code() == Code::usage);
        return error.message();
    }
    return "no error";
}

}  // namespace

TEST_CASE("text that is no subject") {
    CHECK(error_of("CN") == "subject 'CN': 'CN' is not an attribute");
    CHECK(error_of("CN,O=x") == "subject 'CN,O=x': 'CN' is not an attribute");
    CHECK(error_of(",") == "subject ',': '' is not an attribute");
    CHECK(error_of("CN=a,") == "subject 'CN=a,': '' is not an attribute");
    CHECK(error_of("CN=a,,O=b") == "subject 'CN=a,,O=b': '' is not an attribute");
    CHECK(error_of("=a") == "subject '=a': attribute '' is not known");
    CHECK(error_of("XY=a") == "subject 'XY=a': attribute 'XY' is not known");
    CHECK(error_of("2.5.4.3=a") == "subject '2.5.4.3=a': attribute '2.5.4.3' is not known");
    CHECK(error_of("CN=a+O=b") == "subject 'CN=a+O=b': attributes joined by '+' are not supported");
    CHECK(error_of("CN=#0401FF") == "subject 'CN=#0401FF': values in hex ('#…') are not supported");
    CHECK(error_of("CN=\"a\"") == "subject 'CN=\"a\"': '\"' must be escaped");
    CHECK(error_of("CN=a;O=b") == "subject 'CN=a;O=b': ';' must be escaped");
    CHECK(error_of("CN=<a>") == "subject 'CN=<a>': '<' must be escaped");
    CHECK(error_of("CN=a\\") == "subject 'CN=a\\': a backslash comes before a character that needs none");
    CHECK(error_of("CN=a\\z") == "subject 'CN=a\\z': a backslash comes before a character that needs none");
    CHECK(error_of("CN=a\\4") == "subject 'CN=a\\4': a backslash comes before a character that needs none");
    CHECK(error_of(std::string("CN=a\0b", 6)) == "subject 'CN=a\\x00b': has a NUL byte in it");
}

TEST_CASE("the order is that of the certificate: the text has the last one first") {
    CHECK(parse_subject("CN=unit-1,O=Example,C=CH") == Attributes{{"C", "CH"}, {"O", "Example"}, {"CN", "unit-1"}});
}

TEST_CASE("nothing, and empty values") {
    CHECK(parse_subject("").empty());
    CHECK(parse_subject("  ").empty());
    CHECK(parse_subject("CN=") == Attributes{{"CN", ""}});
    CHECK(parse_subject("CN=,O=x") == Attributes{{"O", "x"}, {"CN", ""}});
}

TEST_CASE("escapes of RFC 4514") {
    CHECK(parse_subject("CN=a\\,b") == Attributes{{"CN", "a,b"}});
    CHECK(parse_subject("CN=a\\+b\\\"c\\\\d\\;e\\<f\\>g\\=h") == Attributes{{"CN", "a+b\"c\\d;e<f>g=h"}});
    CHECK(parse_subject("CN=\\#1") == Attributes{{"CN", "#1"}});
    CHECK(parse_subject("CN=\\ a\\ ") == Attributes{{"CN", " a "}});
    CHECK(parse_subject("CN=Lu\\C4\\8Di\\c4\\87") == Attributes{{"CN", "Lučić"}});
    CHECK(parse_subject("CN=a\\0Ab") == Attributes{{"CN", "a\nb"}});
    CHECK(parse_subject("CN=a#b=c") == Attributes{{"CN", "a#b=c"}});
}

TEST_CASE("spaces around separators do not count, those inside do") {
    CHECK(parse_subject(" CN = a b , O = c ") == Attributes{{"O", "c"}, {"CN", "a b"}});
    CHECK(parse_subject("CN=a\\ , O=b") == Attributes{{"O", "b"}, {"CN", "a "}});
}

TEST_CASE("attributes in any case, written as RFC 4514 does") {
    CHECK(parse_subject("cn=a,dc=b,Uid=c,SERIALNUMBER=d") ==
          Attributes{{"serialNumber", "d"}, {"UID", "c"}, {"DC", "b"}, {"CN", "a"}});
    CHECK(parse_subject("DC=rekey,DC=example") == Attributes{{"DC", "example"}, {"DC", "rekey"}});
}

TEST_CASE("what the text of a certificate's subject is made from comes out again") {
    const Attributes plain{{"C", "CH"}, {"O", "Example"}, {"OU", "Fleet"}, {"CN", "unit-1"}};
    CHECK(parse_subject(crypto::to_text(plain)) == plain);
    for (const std::string value : {"a, b",
                                    "a+b",
                                    "\"quoted\"",
                                    "back\\slash",
                                    "<a>;b",
                                    "#1",
                                    " a ",
                                    "  ",
                                    "a=b",
                                    "Lučić",
                                    "日本",
                                    "a\nb",
                                    "\x1B[2J",
                                    "\x7F",
                                    "a\xE2\x80\xAE"
                                    "b",
                                    "{unit}",
                                    "a#b",
                                    "\\",
                                    ",",
                                    "4D",
                                    "\\4D"}) {
        CAPTURE(value);
        const Attributes attributes{{"O", value}, {"CN", value}};
        CHECK(parse_subject(crypto::to_text(attributes)) == attributes);
    }
    for (const char* key : {"CN", "L", "ST", "O", "OU", "STREET", "DC", "UID", "serialNumber"}) {
        CAPTURE(key);
        const Attributes attributes{{key, "value"}};
        CHECK(parse_subject(crypto::to_text(attributes)) == attributes);
    }
}
