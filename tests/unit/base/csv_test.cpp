#include "base/text/csv.hpp"

#include <doctest/doctest.h>

using namespace rekey;

TEST_CASE("a field of CSV has quotes where it needs them") {
    CHECK(csv_field("") == "");
    CHECK(csv_field("a b;c") == "a b;c");
    CHECK(csv_field("a,b") == "\"a,b\"");
    CHECK(csv_field("say \"a\"") == "\"say \"\"a\"\"\"");
    CHECK(csv_field("a\r\nb") == "\"a\r\nb\"");
    CHECK(csv_field("-1") == "-1");
}

TEST_CASE("no text is a formula, and taking one apostrophe away gives it back") {
    for (const char* formula : {"=1+1", "+1", "-1", "@a", "\tx", "'=1", "''+1"}) {
        CAPTURE(formula);
        CHECK(csv_text(formula) == std::string("'") + formula);
        CHECK(without_csv_guard(csv_text(formula)) == formula);
    }
    CHECK(csv_text("\r=1") == "\"'\r=1\"");
    // The apostrophe stands before a blank, which needs no quotes then; one at the end does.
    CHECK(csv_text("\t1") == "'\t1");
    CHECK(csv_text("\t") == "\"'\t\"");
    CHECK(csv_field("\t1") == "\"\t1\"");
    std::string line = "a,";
    append_csv_text(line, "=1");
    append_csv_field(line, ",");
    CHECK(line == "a,'=1\",\"");
    CHECK(csv_text("'quoted'") == "'quoted'");
    CHECK(csv_text("1=1") == "1=1");
    CHECK(without_csv_guard("'quoted'") == "'quoted'");
    CHECK(without_csv_guard("=1") == "=1");
    CHECK(without_csv_guard("") == "");
}
