#include <doctest/doctest.h>

#include "rekey/base/base.hpp"

using namespace rekey;

TEST_CASE("what could be an option, a path or a trick is no name") {
    for (std::string text : {"", "-rf", ".", "..", ".hidden", "_x", "a/b", "a b", "a\n", "naïve", "a:b", "a=b", "*"}) {
        CAPTURE(text);
        CHECK_FALSE(is_name(text));
    }
    CHECK_FALSE(is_name(std::string("a\0b", 3)));
    CHECK_FALSE(is_name(std::string(65, 'a')));
}

TEST_CASE("ordinary names are names") {
    for (std::string text : {"a", "7", "unit-1", "Unit_2.example", "a..b", "a-"}) {
        CAPTURE(text);
        CHECK(is_name(text));
    }
    CHECK(is_name(std::string(64, 'a')));
}

TEST_CASE("a refused name is named, made printable, with the rule as hint") {
    try {
        require_name("\x1B[31m", "unit");
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.code() == Code::usage);
        CHECK(error.message() == "'\\x1B[31m' cannot be the name of a unit");
        CHECK_FALSE(error.hint().empty());
    }
    CHECK_NOTHROW(require_name("unit-1", "unit"));
}

TEST_CASE("a slot's name has one or two slashes between valid names") {
    for (const char* text : {"", "a", "/", "a/", "/a", "a//b", "a/b/", "a/b/c/d", "a/../b", "a/-b"}) {
        CAPTURE(text);
        CHECK_FALSE(SlotName::parse(text));
    }
    auto plain = SlotName::parse("unit-1/online");
    REQUIRE(plain);
    CHECK(plain->unit == "unit-1");
    CHECK(plain->node.empty());
    CHECK(plain->type == "online");
    CHECK(plain->on_unit() == "online");
    auto noded = SlotName::parse("unit-1/main/iam");
    REQUIRE(noded);
    CHECK(noded->node == "main");
    CHECK(noded->on_unit() == "main/iam");
    CHECK(noded->to_string() == "unit-1/main/iam");
    CHECK(*plain != *noded);
}

TEST_CASE("a terminal shows and never obeys") {
    CHECK(printable("plain, and ünïcode \u4E16") == "plain, and ünïcode \u4E16");
    CHECK(printable("\x1B]0;title\a") == "\\x1B]0;title\\x07");
    CHECK(printable("a\nb\tc\x7F") == "a\\x0Ab\\x09c\\x7F");
    CHECK(printable(std::string("\0", 1)) == "\\x00");
    CHECK(printable("\u009B31m") == "\\xC2\\x9B31m");               // C1: CSI in one character
    CHECK(printable("\u202Egpj.exe") == "\\xE2\\x80\\xAEgpj.exe");  // right-to-left override
    CHECK(printable("\u2066\u2069\u200F") == "\\xE2\\x81\\xA6\\xE2\\x81\\xA9\\xE2\\x80\\x8F");
}

TEST_CASE("what is not UTF-8 is shown byte by byte") {
    CHECK(printable("\xFF\xFE") == "\\xFF\\xFE");
    CHECK(printable("\xC0\xAF") == "\\xC0\\xAF");                    // overlong
    CHECK(printable("\xED\xA0\x80") == "\\xED\\xA0\\x80");           // surrogate
    CHECK(printable("\xF4\x90\x80\x80") == "\\xF4\\x90\\x80\\x80");  // beyond U+10FFFF
    CHECK(printable("\xE4\xB8") == "\\xE4\\xB8");                    // cut off
    CHECK(printable("\xE4\xB8z") == "\\xE4\\xB8z");
}
