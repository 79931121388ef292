/// Rows of listings, beside what nlohmann::json makes of the same values.
#include "views/row.hpp"

#include <doctest/doctest.h>

#include <random>

#include "views/json.hpp"

using namespace rekey;
using namespace rekey::cli;

namespace {

enum class Light { red, green };
std::string_view to_string(Light light) { return light == Light::red ? "red" : "green"; }

std::string json_of(const Row& row) {
    std::string text;
    row.append_json(text);
    return text;
}

std::string text_behind(const Row& row, std::string_view key) { return row.text(row.find(key).value()); }

/// Bytes of all kinds: ASCII, controls, characters of any length, and what is no UTF-8.
std::string any_text(std::mt19937& random) {
    static const std::vector<std::string> pieces{"a",
                                                 "Z9 ",
                                                 "\"",
                                                 "\\",
                                                 "/",
                                                 "\n",
                                                 "\t",
                                                 "\x01",
                                                 "\x1F",
                                                 "\x7F",
                                                 "\xC3\xA9",
                                                 "\xE2\x82\xAC",
                                                 "\xF0\x9F\x9A\x80",
                                                 "\xFF",
                                                 "\xC3",
                                                 "\xED\xA0\x80",
                                                 std::string(1, '\0')};
    std::string text;
    for (auto left = random() % 12; left != 0; --left) text += pieces[random() % pieces.size()];
    return text;
}

}  // namespace

TEST_CASE("a row has each kind of value as JSON and as the text of a cell") {
    Sha256 digest{};
    digest[0] = 0xAB;
    std::vector<std::string> list{"a", "b"};
    std::optional<std::int64_t> nothing;
    Json nested{{"k", "v"}, {"n", 1.5}};
    Row row{{"null", nullptr},
            {"nothing", nothing},
            {"yes", true},
            {"no", false},
            {"number", -12},
            {"size", list.size()},
            {"time", from_unix(0)},
            {"text", "x"},
            {"digest", digest},
            {"word", Light::green},
            {"list", list},
            {"object", nested},
            {"written", Value::written(R"({"a":[1,"\u00e9"]})")}};
    CHECK(json_of(row) ==
          R"({"null":null,"nothing":null,"yes":true,"no":false,"number":-12,"size":2,"time":"1970-01-01T00:00:00Z",)"
          R"("text":"x","digest":"AB00000000000000000000000000000000000000000000000000000000000000","word":"green",)"
          R"("list":["a","b"],"object":{"k":"v","n":1.5},"written":{"a":[1,"\u00e9"]}})");
    CHECK(text_behind(row, "null").empty());
    CHECK(text_behind(row, "no") == "false");
    CHECK(text_behind(row, "number") == "-12");
    CHECK(text_behind(row, "time") == "1970-01-01T00:00:00Z");
    CHECK(text_behind(row, "list") == "a, b");
    CHECK(text_behind(row, "object") == "k=v, n=1.5");
    CHECK(text_behind(row, "written") == "a=1, \xC3\xA9");
    CHECK(row.object() == Json::parse(json_of(row)));
    CHECK(row.is_text(*row.find("digest")));
    CHECK_FALSE(row.is_text(*row.find("number")));
    CHECK(row.integer(*row.find("number")) == -12);
    CHECK_FALSE(row.integer(*row.find("yes")));
    CHECK(row.time(*row.find("time")) == from_unix(0));
}

TEST_CASE("a value is replaced in its place, and a new key comes last") {
    Row row{{"a", 1}, {"b", "two"}};
    row.replace("a", "one");
    row.replace("c", nullptr);
    CHECK(json_of(row) == R"({"a":"one","b":"two","c":null})");
    CHECK(row.find("b", 1) == 1U);
    CHECK(row.find("b", 7) == 1U);
    CHECK_FALSE(row.find("d"));
}

TEST_CASE("an object and a row take the same values") {
    Json object;
    put(object, "time", from_unix(0));
    put(object, "word", Light::red);
    put(object, "none", std::optional<Time>());
    CHECK(object.dump() == R"({"time":"1970-01-01T00:00:00Z","word":"red","none":null})");
}

TEST_CASE("rows of any text are what nlohmann::json writes") {
    std::mt19937 random(20261128);
    for (int i = 0; i < 2000; ++i) {
        auto text = any_text(random);
        CAPTURE(i);
        CHECK(json_of(Row{{"text", text}}) == json_line(Json{{"text", text}}));
    }
}
