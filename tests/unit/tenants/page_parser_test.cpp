#include "base/limits.hpp"
#include "tenants/provider/answer_reader.hpp"
#include "tenants/provider/http.hpp"
#include "tenants/provider/url.hpp"
#include "workshop.hpp"

using namespace rekey;
using namespace rekey::tenants;

namespace {

struct Read {
    std::optional<Paging> paging;
    std::vector<Record> records;
};

Read read(const std::string& body) {
    Read result;
    result.paging = read_answer(body, [&](Record&& record) { result.records.push_back(record); });
    return result;
}

}  // namespace

TEST_CASE("a page comes with its records, all of their attributes as they are, and where the next one is") {
    auto page = read(R"({"data":[{"type":"orgDevices","id":"S1","attributes":{"serialNumber":"S1",
        "deviceModel":"Mac \"Pro\"","imei":["1",{"a":[]}],"big":123456789012345678901234567890,"f":2.50,"n":null,
        "t":true,"i":-7,"e":{},"id":"x","c":"\u0001\ud83d\ude00"},"relationships":{"id":"no","attributes":{"id":"no"}}},
        {"id":"S2","attributes":{}},{"id":"S3"}],
        "links":{"self":"/a","next":"/b?cursor=c2"},"meta":{"next":"no","paging":{"limit":3,"nextCursor":"c1"}}})");
    REQUIRE(page.paging);
    CHECK(page.paging->cursor == "c1");
    CHECK(page.paging->link == "/b?cursor=c2");
    REQUIRE(page.records.size() == 3);
    const auto& first = page.records.front();
    CHECK(first[Field::id] == "S1");
    CHECK(first[Field::serial] == "S1");
    CHECK(first[Field::model] == "Mac \"Pro\"");
    CHECK(first.attributes ==
          R"({"serialNumber":"S1","deviceModel":"Mac \"Pro\"","imei":["1",{"a":[]}],)"
          R"("big":123456789012345678901234567890,"f":2.50,"n":null,"t":true,"i":-7,"e":{},"id":"x",)"
          "\"c\":\"\\u0001\xF0\x9F\x98\x80\","
          R"("relationships":{"id":"no","attributes":{"id":"no"}}})");
    CHECK(page.records[1].attributes == "{}");
    CHECK(page.records[1][Field::serial].empty());
    CHECK(page.records[2].attributes == "{}");
}

TEST_CASE("a document may have one record, or none, and more than we know") {
    auto one = read(R"({"x":[1,[2]],"data":{"id":"S1","attributes":{"status":"A"}},"links":{"self":"/"},"y":1})");
    REQUIRE(one.paging);
    REQUIRE(one.records.size() == 1);
    CHECK(one.records.front()[Field::status] == "A");
    auto none = read(R"({"links":{},"meta":{"paging":{"nextCursor":null}},"data":[]})");
    REQUIRE(none.paging);
    CHECK(none.records.empty());
    CHECK(none.paging->cursor.empty());
}

TEST_CASE("a record of more values than its bytes let expect is in trouble, and the others are not") {
    std::string many = "0";
    for (std::size_t i = 0; i < limits::record_values; ++i) many += ",0";
    auto page = read(R"({"data":[{"id":"S1","attributes":{"x":[)" + many + R"(]}},{"id":"S2"}]})");
    REQUIRE(page.records.size() == 2);
    REQUIRE(page.records.front().trouble);
    CHECK(page.records.front().trouble->message() == "its record has more than 16384 values");
    CHECK(page.records.front().attributes == "{}");
    CHECK(page.records.front()[Field::id] == "S1");
    CHECK_FALSE(page.records.back().trouble);
}

TEST_CASE("anything else is no answer") {
    const std::string others[] = {
        "",
        "null",
        "7",
        "\"data\"",
        "[]",
        "[{\"data\":[]}]",
        "{}",
        R"({"data":7})",
        R"({"data":null})",
        R"({"data":["S1"]})",
        R"({"data":[[]]})",
        R"({"data":[{"id":"S1"}])",
        R"({"data":[{"id":"S1","attributes":{"a":)",
        R"({"data":[]} x)",
        "{\"data\":[{\"id\":\"S\xC0\xAF\"}]}",
        R"({"data":[{"id":"\ud800"}]})",
        "<html></html>",
        R"({"data":[{"id":"S1","attributes":{"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}}]}",
        std::string(1'000'000, '{')};
    for (const auto& body : others) {
        CAPTURE(body.substr(0, 60));
        CHECK_FALSE(read(body).paging);
    }
}

TEST_CASE("of a link only its cursor counts, and only when it stays where we are") {
    const std::string base = "https://api.example/v1/orgDevices";
    CHECK(cursor_of(base, "https://api.example/v1/orgDevices?limit=1&cursor=a%2Fb%3D") == "a/b=");
    CHECK(cursor_of(base, "https://api.example:443/elsewhere?cursor=c") == "c");
    CHECK(cursor_of(base, "/v1/orgDevices?cursor=c&x=1") == "c");
    CHECK(cursor_of(base, "?cursor=c") == "c");
    CHECK(cursor_of(base, "/v1/orgDevices?xcursor=c") == "");
    CHECK(cursor_of(base, "/v1/orgDevices") == "");
    for (const char* elsewhere :
         {"https://evil.example/v1/orgDevices?cursor=c", "http://api.example/v1/orgDevices?cursor=c",
          "//evil.example/?cursor=c", "https://api.example:8443/?cursor=c", "https://api.example.evil/?cursor=c",
          "https://api.example@evil.example/?cursor=c", "file:///etc/passwd?cursor=c"}) {
        CAPTURE(elsewhere);
        CHECK_FALSE(cursor_of(base, elsewhere));
    }
    CHECK_FALSE(cursor_of(base, "?cursor=" + std::string(10'000, 'c')));
}
