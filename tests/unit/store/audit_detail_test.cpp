#include "store/audit/audit_detail.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using rekey::store::AuditDetail;
using Json = nlohmann::ordered_json;

namespace {

std::string text_in(const std::string& text) {
    return Json::parse(AuditDetail{{"text", text}}.to_json())["text"].get<std::string>();
}

}  // namespace

TEST_CASE("a detail is a JSON object of what was put in, in that order") {
    CHECK(AuditDetail{}.to_json() == "{}");
    CHECK(AuditDetail{}.empty());
    AuditDetail detail{{"word", "a \"b\" \\ ü"},
                       {"number", std::size_t{18446744073709551615U}},
                       {"less", -3},
                       {"yes", true},
                       {"list", std::vector<std::string>{"x", "y"}}};
    detail.set("nested", AuditDetail{{"before", ""}, {"after", "z"}});
    CHECK(detail.to_json() ==
          R"({"word":"a \"b\" \\ ü","number":18446744073709551615,"less":-3,"yes":true,"list":["x","y"],)"
          R"("nested":{"before":"","after":"z"}})");
    CHECK(AuditDetail{{"none", std::vector<std::string>{}}}.to_json() == R"({"none":[]})");
}

TEST_CASE("no text keeps a detail from being written") {
    CHECK(text_in("x\xFF") == "x\\xFF");
    CHECK(text_in("\xC3") == "\\xC3");
    CHECK(text_in("\xED\xA0\x80") == "\\xED\\xA0\\x80");
    CHECK(text_in("\xF4\x90\x80\x80") == "\\xF4\\x90\\x80\\x80");
    CHECK(text_in("\xC0\x80") == "\\xC0\\x80");
    CHECK(text_in(std::string("a\0b", 3)) == "a\\x00b");
    CHECK(text_in("\x1B[31m\n\x7F") == "\\x1B[31m\\x0A\\x7F");
    CHECK(text_in("\xE2\x80\xAE") == "\\xE2\\x80\\xAE");
    CHECK(text_in("größe") == "größe");
    for (int byte = 0; byte < 256; ++byte)
        for (const char* tail : {"", "\x80", "\xBF\xBF", "a"})
            CHECK_NOTHROW(text_in(std::string(1, static_cast<char>(byte)) + tail));
}

TEST_CASE("what is too long is cut, and marked") {
    CHECK(text_in(std::string(600, 'a')) == std::string(600, 'a'));
    CHECK(text_in(std::string(1000, 'a')) == std::string(600, 'a') + "… (400 bytes more)");
    // Not in the middle of a character.
    CHECK(text_in(std::string(599, 'a') + "üü") == std::string(599, 'a') + "… (4 bytes more)");
    CHECK(text_in(std::string(10 << 20, '\xFF')).size() < 3000);
    std::vector<std::string> many(100000, "0123456789");
    auto detail = AuditDetail{{"list", many}}.to_json();
    CHECK(detail.size() < (256 << 10));
    auto list = Json::parse(detail)["list"];
    CHECK(list.size() > 5000);
    CHECK(list.back() == "… (" + std::to_string(many.size() - (list.size() - 1)) + " more)");
    AuditDetail wide;
    for (int i = 0; i < 2000; ++i) wide.set("name" + std::to_string(i), std::string(590, 'x'));
    CHECK(wide.to_json().size() < (257 << 10));
    auto said = Json::parse(wide.to_json());
    CHECK(said["…"] == std::to_string(2000 - (said.size() - 1)) + " more");
    // One value that takes more than all of them may.
    for (int i = 0; i < 2000; ++i) wide.set("more" + std::to_string(i), i);
    CHECK(AuditDetail{{"wide", wide}, {"count", 1}}.to_json() == R"({"count":1,"…":"1 more"})");
}
