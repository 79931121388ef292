#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <thread>

#include "base/limits.hpp"
#include "base/temporary_folder.hpp"
#include "crypto/encoding/base64.hpp"
#include "errors.hpp"
#include "rekey/units/units.hpp"
#include "units/folder/dir_driver.hpp"
#include "units/helper/protocol.hpp"
#include "units/pki.hpp"

using namespace rekey;
using namespace rekey::test;
using units::AgentRules;
using units::protocol::Json;

namespace {

/// What an agent answers to lines that come one after the other.
std::vector<Json> talk(const AgentRules& rules, const std::string& lines) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe(in.data()) != 0 || ::pipe(out.data()) != 0) throw std::runtime_error("pipe");
    std::thread asks([&] {
        (void)!::write(in[1], lines.data(), lines.size());
        ::close(in[1]);
    });
    std::string said;
    std::thread hears([&] {
        std::array<char, 65536> piece;
        for (ssize_t got = 0; (got = ::read(out[0], piece.data(), piece.size())) > 0;)
            said.append(piece.data(), static_cast<std::size_t>(got));
    });
    try {
        units::serve(in[0], out[1], rules);
    } catch (const Error&) {
        ::close(in[0]);
        in[0] = -1;
    }
    ::close(out[1]);
    asks.join();
    hears.join();
    for (int fd : {in[0], out[0]}) ::close(fd);
    std::vector<Json> answers;
    for (std::size_t begin = 0; begin < said.size();) {
        auto end = said.find('\n', begin);
        answers.push_back(Json::parse(said.substr(begin, end - begin)));
        begin = end + 1;
    }
    return answers;
}

std::string hello(const std::string& path) {
    return Json{{"id", 1}, {"op", "hello"}, {"versions", Json::array({1})}, {"address", "dir:" + path}}.dump() + "\n";
}

std::string class_of(const Json& answer) { return answer.value("error", Json::object()).value("class", "none"); }

std::string greeting(const AgentRules& rules, const std::string& path) {
    return class_of(talk(rules, hello(path)).at(0));
}

}  // namespace

TEST_CASE("roots: links, .. and neighbours do not lead out") {
    TemporaryFolder place;
    for (std::string name : {"/roots", "/roots/a", "/roots/a/b", "/roots-too", "/elsewhere"})
        std::filesystem::create_directory(place.path() + name);
    std::filesystem::create_symlink("../elsewhere", place / "roots/out");
    std::filesystem::create_symlink("a", place / "roots/in");
    std::filesystem::create_symlink("roots", place / "way");
    AgentRules rules{{{place / "roots"}}, {}};
    for (std::string path :
         {"roots", "roots/a", "roots/a/", "roots/in", "roots/in/b", "roots/a/../a", "way/a", "roots//a/."}) {
        CAPTURE(path);
        CHECK(greeting(rules, place / path) == "none");
    }
    for (std::string path :
         {"elsewhere", "roots-too", "roots/..", "roots/out", "roots/a/../../elsewhere", "way/..", "none", ""}) {
        CAPTURE(path);
        CHECK(greeting(rules, place / path) == "refused");
    }
    CHECK(greeting(rules, "/") == "refused");
    CHECK(greeting(rules, place / "roots/none") == "unreachable");
    CHECK(greeting({{{"/"}}, {}}, place / "elsewhere") == "none");
    CHECK(greeting({{{place / "roots/"}}, {}}, place / "roots/a") == "none");
    CHECK(greeting({{{place / "way"}}, {}}, place / "roots/a") == "none");
    CHECK(greeting({}, place / "elsewhere") == "none");
    // Every list must allow it.
    CHECK(greeting({{{place / "roots"}, {place / "elsewhere"}}, {}}, place / "roots/a") == "refused");
    CHECK(greeting({{{place / "elsewhere", place / "roots"}, {place / "roots/a"}}, {}}, place / "roots/a/b") == "none");
}

TEST_CASE("what is no request is answered, and the next one is served") {
    TemporaryFolder place;
    auto answers = talk({}, hello(place.path()) + R"(x
[]
{"id":"2","op":"list"}
{"op":"list"}
{"id":3}
{"id":4,"op":"sing"}
{"id":5,"op":"read","node":"../..","type":"etc"}
{"id":6,"op":"read","node":"","type":"gen"}
{"id":7,"op":"create_key","node":"","type":"t","key":"ec-p256","token":"../x"}
{"id":8,"op":"apply","node":"","type":"t","chain":["%%"]}
{"id":9,"op":"confirm","node":"","type":"t","leaf":"00"}
{"id":10,"op":"hello","versions":[1],"address":"dir:/"}
{"id":11,"op":"list","after":7}
{"id":12,"op":"list"}
)");
    REQUIRE(answers.size() == 15);
    for (std::size_t i = 1; i < 14; ++i) {
        CAPTURE(answers[i].dump());
        CHECK(class_of(answers[i]) == "invalid");
    }
    CHECK(answers[1]["id"].is_null());
    CHECK(answers[3]["id"].is_null());
    CHECK(answers[5]["id"] == 3);
    CHECK(answers[14]["result"]["slots"].empty());
    CHECK(std::filesystem::is_empty(place.path()));
}

TEST_CASE("addresses that are no folder of that machine") {
    for (std::string address : {"dir:relative", "ssh://x/y", "/srv", "dir:", "foo:/x"}) {
        auto line =
            Json{{"id", 1}, {"op", "hello"}, {"versions", Json::array({1})}, {"address", address}}.dump() + "\n";
        CHECK(class_of(talk({}, line).at(0)) == "invalid");
    }
}

TEST_CASE("a line that is too long ends the agent, after an answer") {
    TemporaryFolder place;
    auto answers =
        talk({}, hello(place.path()) + std::string(limits::helper_line, 'x') + "\n" + R"({"id":2,"op":"list"})" + "\n");
    REQUIRE(answers.size() == 2);
    CHECK(answers[1]["id"].is_null());
    CHECK(class_of(answers[1]) == "invalid");
    // One byte less is only no JSON.
    answers = talk(
        {}, hello(place.path()) + std::string(limits::helper_line - 1, 'x') + "\n" + R"({"id":2,"op":"list"})" + "\n");
    REQUIRE(answers.size() == 3);
    CHECK(answers[2].contains("result"));
}

TEST_CASE("a reload command is told what the request says of it, if anything") {
    TemporaryFolder place;
    auto told = [&](const Json& more) {
        Json request{{"id", 2}, {"op", "reload"}, {"node", "n"}, {"type", "t"}};
        request["command"] =
            "echo $REKEY_UNIT,$REKEY_SLOT,$REKEY_NUMBER,$REKEY_OLD_NUMBER,$REKEY_REASON,$REKEY_FOLDER>" +
            (place / "told");
        request.update(more);
        auto end = class_of(talk({}, hello(place.path()) + request.dump() + "\n").at(1));
        return end == "none" ? content_of(place / "told") : end;
    };
    CHECK(told(Json::object()) == ",n/t,,,," + (place / "n/t/current") + "\n");
    CHECK(told({{"unit", "u1"}, {"number", "0A"}, {"old_number", "-0B"}, {"reason", "audit"}}) ==
          "u1,n/t,0A,-0B,audit," + (place / "n/t/current") + "\n");
    CHECK(told({{"unit", "$(touch x)"}}) == "invalid");
    CHECK(told({{"number", "0A;"}}) == "invalid");
    CHECK(told({{"reason", 7}}) == "invalid");
}

TEST_CASE("a confined agent runs the reload commands that it is told, and no other") {
    TemporaryFolder place;
    auto reload = [&](const AgentRules& rules, const std::string& command) {
        Json request{{"id", 2}, {"op", "reload"}, {"node", ""}, {"type", "t"}, {"command", command}};
        return class_of(talk(rules, hello(place.path()) + request.dump() + "\n").at(1));
    };
    CHECK(reload({}, "true") == "none");
    CHECK(reload({}, "false") == "failed");
    AgentRules rules{{}, std::vector<std::string>{"true"}};
    CHECK(reload(rules, "true") == "none");
    CHECK(reload(rules, "") == "none");
    CHECK(reload(rules, "touch " + (place / "made")) == "refused");
    CHECK(reload(rules, "true; touch " + (place / "made")) == "refused");
    CHECK_FALSE(std::filesystem::exists(place / "made"));
}

TEST_CASE("a long list comes in pages") {
    TemporaryFolder place;
    units::DirDriver unit(open_folder(place.path()));
    TestAuthority authority;
    auto chain = authority.issue(unit.create_key({"", "t"}, {"ec-p256", "token"}));
    // Large certificates, as with many names, make a page small.
    for (int i = 0; i < 9; ++i) chain.push_back(chain.back());
    unit.apply({"", "t"}, chain);
    for (int i = 0; i < 120; ++i)
        std::filesystem::copy(place / "t", place / ("t" + std::to_string(i)),
                              std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
    auto lines = hello(place.path());
    std::size_t seen = 0;
    std::string last;
    for (int pages = 0; pages < 5; ++pages) {
        Json request{{"id", 2}, {"op", "list"}};
        if (!last.empty()) request["after"] = {{"node", ""}, {"type", last}};
        auto result = talk({}, lines + request.dump() + "\n").at(1)["result"];
        CHECK(result.dump().size() < limits::helper_line);
        for (const auto& slot : result["slots"]) {
            CHECK(slot["type"].get<std::string>() > last);
            last = slot["type"].get<std::string>();
            ++seen;
        }
        if (!result["more"].get<bool>()) break;
        CHECK(pages < 4);
    }
    CHECK(seen == 121);
}
