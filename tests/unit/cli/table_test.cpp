#include "output/table.hpp"

#include <doctest/doctest.h>

#include "output/text_width.hpp"

using namespace rekey::cli;

namespace {

const std::vector<Column> columns{
    {"name", "NAME"},
    {"count", "COUNT", As::number},
    {"kind", "KIND", As::text, {.leaves = 2}},
    {"by", "BY", As::text, {.leaves = 1}},
    {"comment", "COMMENT", As::text, {.shrinks = true}},
};
const std::vector<std::size_t> widest{6, 5, 8, 10, 30};

std::vector<std::string> shown(const Layout& layout) {
    std::vector<std::string> headers;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (layout.shown[i]) headers.push_back(columns[i].header);
    return headers;
}

std::size_t width(const Layout& layout) {
    std::vector<std::string> full;
    for (auto column : layout.widths) full.emplace_back(column, 'x');
    return display_width(table_line(columns, layout, full));
}

}  // namespace

TEST_CASE("without a terminal a table is as wide as it is") {
    auto layout = fit(columns, widest, std::nullopt);
    CHECK_FALSE(layout.records);
    CHECK(layout.widths == widest);
    CHECK(width(layout) == 67);
}

TEST_CASE("a table that fits is left alone, to the column") {
    CHECK(fit(columns, widest, 67).widths == widest);
    CHECK(fit(columns, widest, 66).widths == std::vector<std::size_t>{6, 5, 8, 10, 29});
}

TEST_CASE("long texts shrink first, then columns leave, one after the other") {
    CHECK(fit(columns, widest, 49).widths.back() == 12);
    CHECK(shown(fit(columns, widest, 49)).size() == 5);
    auto one = fit(columns, widest, 48);
    CHECK(shown(one) == std::vector<std::string>{"NAME", "COUNT", "KIND", "COMMENT"});
    CHECK(one.widths.back() == 23);
    CHECK(shown(fit(columns, widest, 36)) == std::vector<std::string>{"NAME", "COUNT", "COMMENT"});
}

TEST_CASE("of two texts the wider one shrinks") {
    std::vector<Column> two{{"a", "A", As::text, {.shrinks = true}}, {"b", "B", As::text, {.shrinks = true}}};
    CHECK(fit(two, {20, 40}, 42).widths == std::vector<std::size_t>{20, 20});
    CHECK(fit(two, {20, 40}, 36).widths == std::vector<std::size_t>{17, 17});
}

TEST_CASE("what stays and does not fit becomes records with everything in them") {
    auto layout = fit(columns, widest, 26);
    CHECK(layout.records);
    CHECK(shown(layout).size() == 5);
    CHECK(record(columns, {"u1", "3", "", "alice@host", "東京"}) ==
          "NAME     u1\nCOUNT    3\nKIND     -\nBY       alice@host\nCOMMENT  東京\n");
}

TEST_CASE("what stays and does not fit is long lines for programs, and what may make room does") {
    auto layout = fit(columns, widest, 26, Beyond::long_lines);
    CHECK_FALSE(layout.records);
    CHECK(shown(layout) == std::vector<std::string>{"NAME", "COUNT", "COMMENT"});
    CHECK(layout.widths.back() == 12);
    CHECK(width(layout) == 27);
}

TEST_CASE("whatever the width, a table is not wider") {
    for (std::size_t room = 1; room < 80; ++room) {
        auto layout = fit(columns, widest, room);
        if (!layout.records) CHECK(width(layout) <= room);
    }
}

TEST_CASE("numbers stand at the right, and a line has no blanks at its end") {
    auto layout = fit(columns, widest, std::nullopt);
    CHECK(table_line(columns, layout, {"u1", "3", "", "", ""}) == "u1          3");
    CHECK(table_line(columns, layout, {"東", "3", "k", "b", "c"}) == "東          3  k         b           c");
    layout.widths.back() = 4;
    CHECK(table_line(columns, layout, {"u1", "3", "k", "b", "a comment"}) ==
          "u1          3  k         b           a c…");
}
