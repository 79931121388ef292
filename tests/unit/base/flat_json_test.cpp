/// JSON that is read without a tree, beside the tree of nlohmann::json.
#include "base/text/flat_json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

using namespace rekey;
using Tree = nlohmann::ordered_json;

namespace {

Tree any_value(std::mt19937& random, int depth) {
    static const std::vector<std::string> texts{"", "a", "\"q\"", "\\", "\n", "\x7F", "\xC3\xA9", "\xF0\x9F\x9A\x80"};
    switch (random() % (depth == 0 ? 6 : 8)) {
        case 0:
            return nullptr;
        case 1:
            return random() % 2 == 0;
        case 2:
            return -static_cast<std::int64_t>(random());
        case 3:
            return std::uint64_t{random()} << 31;
        case 4:
            return static_cast<double>(random()) / 7;
        case 5:
            return texts[random() % texts.size()];
        case 6: {
            auto list = Tree::array();
            for (auto left = random() % 4; left != 0; --left) list.push_back(any_value(random, depth - 1));
            return list;
        }
        default: {
            auto object = Tree::object();
            for (auto left = random() % 4; left != 0; --left)
                object[texts[random() % texts.size()]] = any_value(random, depth - 1);
            return object;
        }
    }
}

/// As the tree writes it, in both forms; what is no JSON is told by both.
void check_as_tree(const std::string& text) {
    CAPTURE(text);
    auto tree = Tree::parse(text, nullptr, false);
    for (auto form : {BeyondAscii::raw, BeyondAscii::escaped}) {
        FlatJson json(form);
        REQUIRE(json.read(text) == !tree.is_discarded());
        if (tree.is_discarded()) continue;
        CHECK(json.written(FlatJson::root) == tree.dump(-1, ' ', form == BeyondAscii::escaped));
        if (!tree.is_object()) continue;
        auto member = json.begin(FlatJson::root);
        for (const auto& [name, value] : tree.items()) {
            REQUIRE(member != json.end(FlatJson::root));
            CHECK(json.name(member) == name);
            CHECK(json.find(FlatJson::root, name) == member);
            CHECK(json.text(member) == (value.is_string() ? value.get<std::string>() : ""));
            CHECK(json.written(member) == value.dump(-1, ' ', form == BeyondAscii::escaped));
            member = json.after(member);
        }
        CHECK(member == json.end(FlatJson::root));
    }
}

}  // namespace

TEST_CASE("flat JSON is written as a tree is") {
    for (const char* text : {"{}",
                             "[]",
                             " { \"a\" : [ 1 , 2.50, -0, 1e3, 12345678901234567890, 1e400 ] } ",
                             "3",
                             "\"x\"",
                             "null",
                             R"({"a":1,"b":{"c":[{},[]],"c2":2},"a":{"x":1},"d":"\u00e9\ud83d\ude80\/"})",
                             R"({"k":{"a":1,"a":2}})",
                             R"({"\u0061":1,"a":2})",
                             "",
                             "{",
                             R"({"a":})",
                             R"({"a":1}x)",
                             R"({"a":"\ud800"})",
                             R"({"a":"\udc00"})",
                             "{\"a\":\"\xFF\"}",
                             "{\"a\":\"\xED\xA0\x80\"}",
                             "{\"a\":\"\n\"}",
                             "[1,]",
                             "01",
                             "-",
                             "-0",
                             "+1",
                             "1.",
                             ".5",
                             "-12e-3",
                             "123456789012345678",
                             "1234567890123456789",
                             "true",
                             "tru",
                             "truefalse",
                             "[1 2]",
                             "[,1]",
                             "[1,,2]",
                             "[]]",
                             "[}",
                             "{,}",
                             R"({"a" 1})",
                             R"({"a":1,})",
                             R"({"a":1 "b":2})",
                             R"({"a":{]})",
                             R"({1:2})",
                             "\t{\r\n\"\" : [ ] , \"b\":{ }\n}\n",
                             R"("12345678")",
                             R"("1234567\"")",
                             R"("12345678\\9")",
                             "\"1234567\x7F\"",
                             "\"1234567\t8\"",
                             "\"12345678",
                             "\xEF\xBB\xBF{}"})
        check_as_tree(text);
}

TEST_CASE("flat JSON of any values is written as a tree is") {
    std::mt19937 random(20261128);
    for (int i = 0; i < 500; ++i) check_as_tree(any_value(random, 3).dump());
}

TEST_CASE("flat JSON takes no text that a tree does not take") {
    constexpr std::string_view characters = "{}[]\",:0123-.eE \\tnu\t";
    std::mt19937 random(20261129);
    for (int i = 0; i < 2000; ++i) {
        auto text = any_value(random, 3).dump();
        text[random() % text.size()] = characters[random() % characters.size()];
        check_as_tree(text);
    }
}

TEST_CASE("one reader takes one text after the other") {
    FlatJson json(BeyondAscii::raw);
    REQUIRE(json.read(R"({"a":{"b":"x"},"c":1})"));
    CHECK(json.text(json.find(json.find(FlatJson::root, "a"), "b")) == "x");
    CHECK(json.find(json.find(FlatJson::root, "c"), "b") == FlatJson::none);
    CHECK(json.find(json.find(FlatJson::root, "none"), "b") == FlatJson::none);
    REQUIRE_FALSE(json.read("no"));
    REQUIRE(json.read(R"({"b":2})"));
    CHECK_FALSE(json.had_equal_names());
    CHECK(json.find(FlatJson::root, "a") == FlatJson::none);
    CHECK(json.written(json.find(FlatJson::root, "b")) == "2");
}
