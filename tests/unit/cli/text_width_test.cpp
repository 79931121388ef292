#include "output/text_width.hpp"

#include <doctest/doctest.h>

using namespace rekey::cli;

TEST_CASE("what combines takes no column, what is wide takes two") {
    CHECK(display_width("") == 0);
    CHECK(display_width("pump-1") == 6);
    CHECK(display_width("Köln") == 4);
    CHECK(display_width("Ko\u0308ln") == 4);
    CHECK(display_width("東京") == 4);
    CHECK(display_width("ｱ") == 1);
    CHECK(display_width("한국") == 4);
    CHECK(display_width("ไม่") == 2);
    CHECK(display_width("🔧") == 2);
    CHECK(display_width("…") == 1);
}

TEST_CASE("emoji that are put together count no less than a terminal needs") {
    CHECK(display_width("🇩🇪") >= 2);
    CHECK(display_width("👩‍🔧") >= 2);
}

TEST_CASE("what is no UTF-8 takes a column a byte") {
    CHECK(display_width("\xff") == 1);
    CHECK(display_width("a\xe6\x9d") == 3);
}

TEST_CASE("a text that fits stays whole") {
    CHECK(cut("pump-1", 6) == "pump-1");
    CHECK(cut("東京", 4) == "東京");
    CHECK(cut("", 0) == "");
}

TEST_CASE("a text that is cut ends in a mark, and is never too wide") {
    CHECK(cut("pump-1", 5) == "pump…");
    CHECK(cut("pump-1", 1) == "…");
    CHECK(cut("pump-1", 0) == "");
    // Half of a wide character is none.
    CHECK(cut("東京都", 5) == "東京…");
    CHECK(cut("東京都", 4) == "東…");
    for (std::size_t columns = 0; columns < 12; ++columns) {
        CHECK(display_width(cut("a東🔧o\u0308👩‍🔧z\xff東", columns)) <= columns);
        CHECK(display_width(cut("plain text only", columns)) == columns);
    }
}

TEST_CASE("a character keeps its marks") {
    CHECK(cut("ao\u0308bc", 3) == "ao\u0308…");
    CHECK(cut("ao\u0308\u0301bc", 2) == "a…");
    CHECK(cut("👩‍🔧abcdef", 4) == "…");
}
