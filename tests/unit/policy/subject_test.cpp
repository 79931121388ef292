#include "policy/subject.hpp"

#include <doctest/doctest.h>

#include "rekey/base/error.hpp"
#include "rekey/policy/policy.hpp"

using namespace rekey;
using namespace rekey::policy;

namespace {

using Attributes = std::vector<std::pair<std::string, std::string>>;

std::string error_of(const std::string& text) {
    try {
        parse_subject(text);
    } catch (const Error& error) {
        CHECK(error.code() == Code::usage);
        return error.message();
    }
    return "no error";
}

/// Why a certificate cannot carry `key=value`.
std::string trouble(const std::string& key, const std::string& value) {
    try {
        require_carriable({{key, value}});
    } catch (const Error& error) {
        CHECK(error.code() == Code::usage);
        return error.message();
    }
    return "none";
}

}  // namespace

TEST_CASE("text that is no subject") {
    CHECK(error_of("CN") == "subject 'CN': 'CN' is no attribute");
    CHECK(error_of("CN,O=x") == "subject 'CN,O=x': 'CN' is no attribute");
    CHECK(error_of(",") == "subject ',': '' is no attribute");
    CHECK(error_of("CN=a,") == "subject 'CN=a,': '' is no attribute");
    CHECK(error_of("CN=a,,O=b") == "subject 'CN=a,,O=b': '' is no attribute");
    CHECK(error_of("=a") == "subject '=a': attribute '' is not known");
    CHECK(error_of("XY=a") == "subject 'XY=a': attribute 'XY' is not known");
    CHECK(error_of("2.5.4.3=a") == "subject '2.5.4.3=a': attribute '2.5.4.3' is not known");
    CHECK(error_of("CN=a+O=b") == "subject 'CN=a+O=b': attributes joined by '+' are not supported");
    CHECK(error_of("CN=#0401FF") == "subject 'CN=#0401FF': values in hex ('#…') are not supported");
    CHECK(error_of("CN=\"a\"") == "subject 'CN=\"a\"': '\"' must be escaped");
    CHECK(error_of("CN=a;O=b") == "subject 'CN=a;O=b': ';' must be escaped");
    CHECK(error_of("CN=<a>") == "subject 'CN=<a>': '<' must be escaped");
    CHECK(error_of("CN=a\\") == "subject 'CN=a\\': a backslash stands before nothing that needs one");
    CHECK(error_of("CN=a\\z") == "subject 'CN=a\\z': a backslash stands before nothing that needs one");
    CHECK(error_of("CN=a\\4") == "subject 'CN=a\\4': a backslash stands before nothing that needs one");
    CHECK(error_of(std::string("CN=a\0b", 6)) == "subject 'CN=a\\x00b': '\\x00' must be escaped");
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

TEST_CASE("what a certificate can carry") {
    CHECK(trouble("CN", std::string(64, 'a')) == "none");
    CHECK(trouble("CN", std::string(65, 'a')) == "CN '" + std::string(65, 'a') + "' has 65 characters");
    std::string long_word;
    for (int i = 0; i < 64; ++i) long_word += "ć";
    CHECK(trouble("CN", long_word) == "none");
    CHECK(trouble("O", long_word + "ć").ends_with("has 65 characters"));
    CHECK(trouble("L", std::string(128, 'a')) == "none");
    CHECK(trouble("L", std::string(129, 'a')).ends_with("has 129 characters"));
    CHECK(trouble("C", "CH") == "none");
    CHECK(trouble("C", "ch") == "C cannot be 'ch'");
    CHECK(trouble("C", "C") == "C cannot be 'C'");
    CHECK(trouble("C", "CHE") == "C 'CHE' has 3 characters");
    CHECK(trouble("DC", "züri") == "DC cannot be 'züri'");
    CHECK(trouble("serialNumber", "A 1-2/3") == "none");
    CHECK(trouble("serialNumber", "A_1") == "serialNumber cannot be 'A_1'");
    CHECK(trouble("O", "a\nb") == "O 'a\\x0Ab' has characters that do not belong into a name");
    CHECK(trouble("O", "a\x1B[31m") == "O 'a\\x1B[31m' has characters that do not belong into a name");
    CHECK(trouble("O", "\xFF") == "O '\\xFF' has characters that do not belong into a name");
}
