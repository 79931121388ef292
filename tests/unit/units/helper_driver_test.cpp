#include "units/helper/helper_driver.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/temporary_folder.hpp"
#include "errors.hpp"
#include "units/pki.hpp"

using namespace rekey;
using namespace rekey::test;
using namespace std::chrono_literals;
using units::HelperDriver;
using units::Launch;

namespace {

constexpr const char* hello = R"({"id":1,"result":{"version":1,"name":"script"}})";

/// A helper that is a shell script.
Launch script(const std::string& text) { return {"/bin/sh", {"sh", "-c", text}, {}, "script:x", "script", {}}; }

/// One that greets, and then says `text` when it is asked something.
Launch saying(const std::string& text) {
    return script("read -r a; echo '" + std::string(hello) + "'; read -r b; " + text);
}

Error error_of_describe(const std::string& text, std::chrono::milliseconds deadline = 20s) {
    HelperDriver driver(saying(text), deadline);
    auto error = error_of([&] { driver.describe(); });
    if (!driver.lives()) {
        // Given up once, given up for ever.
        auto later = error_of([&] { driver.describe(); });
        CHECK(later.code() == Code::unreachable);
        CHECK(later.message().starts_with("the connection was given up before: script "));
    }
    return error;
}

bool lives(const std::string& pid) { return std::filesystem::exists("/proc/" + pid + "/exe"); }

}  // namespace

TEST_CASE("a helper that keeps the rules is a driver") {
    HelperDriver driver(saying(R"(echo '{"id":2,"result":{"driver":"s","detail":"a\u001b[31mb"},"new":[]}')"), 20s);
    CHECK(driver.name() == "script");
    auto description = driver.describe();
    CHECK(description.driver == "s");
    CHECK(description.detail == "a\\x1B[31mb");
}

TEST_CASE("classes of errors are codes; what is said is shown and never obeyed") {
    auto answer = [](const std::string& kind) {
        return R"(printf '%s\n' '{"id":2,"error":{"class":")" + kind + R"(","message":"no\u001bway","hint":"h\n"}}')";
    };
    const std::vector<std::pair<std::string, Code>> codes{{"unreachable", Code::unreachable},
                                                          {"busy", Code::busy},
                                                          {"refused", Code::refused},
                                                          {"invalid", Code::usage},
                                                          {"failed", Code::failed}};
    for (const auto& [kind, code] : codes) {
        CAPTURE(kind);
        auto error = error_of_describe(answer(kind));
        CHECK(error.code() == code);
        CHECK(error.message() == "script: no\\x1Bway");
        CHECK(error.hint() == R"(the unit says, to be done there: "h\x0A")");
    }
}

TEST_CASE("what breaks the protocol is named, and ends the helper") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"echo hello", "its answer to describe: 'hello': it is not JSON"},
        {"echo", "its answer to describe: '': it is not JSON"},
        {"echo '[1]'", "'[1]': it is not a JSON object"},
        {"echo '{\"id\":2,'", "it is not JSON"},
        {R"(printf '{"id":2,"result":{"driver":"\377","detail":""}}\n')", "it is not JSON"},
        {R"(printf '{"id":2,"result":{}}\0\n')", "it has a NUL byte"},
        {R"(echo '{"id":2,"id":2,"result":{}}')", "a name is in it twice"},
        {R"(echo '{"id":2,"result":{"driver":"a","detail":"b","driver":"c"}}')", "a name is in it twice"},
        {"head -c 600000 /dev/zero | tr '\\0' '['; echo", "it is nested more than 16 deep"},
        {"head -c 1100000 /dev/zero", "a line longer than 1048576 bytes: '\\x00"},
        {"head -c 1048576 /dev/zero | tr '\\0' ' '; echo", "a line longer than 1048576 bytes"},
        {"yes x | tr -d '\\n'", "a line longer than 1048576 bytes: 'xxx"},
        {R"(echo '{"id":3,"result":{}}')", "its id is 3, that of the request 2"},
        {R"(echo '{"id":"2","result":{}}')", "its id is \"2\", that of the request 2"},
        {R"(echo '{"id":2.0,"result":{}}')", "its id is 2.0"},
        {R"(echo '{"result":{}}')", "'id' is missing"},
        {R"(echo '{"id":null,"error":{"class":"invalid","message":"what"}}')",
         "it did not take a request for one: what"},
        {R"(echo '{"id":2}')", "it has not either 'result' or 'error'"},
        {R"(echo '{"id":2,"result":{},"error":{}}')", "it has not either 'result' or 'error'"},
        {R"(echo '{"id":2,"result":[]}')", "'result' is not an object"},
        {R"(echo '{"id":2,"result":{"driver":"x"}}')", "'detail' is missing"},
        {R"(echo '{"id":2,"result":{"driver":7,"detail":""}}')", "'driver' is not a string"},
        {R"(echo '{"id":2,"error":{"class":"tired","message":""}}')", "'tired' is not a class of errors"},
        {R"(echo '{"id":2,"error":"no"}')", "'error' is not an object"},
    };
    for (const auto& [text, what] : cases) {
        CAPTURE(text);
        auto error = error_of_describe(text);
        CHECK(error.code() == Code::failed);
        CHECK(error.message().starts_with("script breaks the protocol: "));
        CHECK_MESSAGE(error.message().find(what) != std::string::npos, error.message());
        CHECK(error.message().size() < 500);
    }
}

TEST_CASE("an answer that is in two pieces, or as long as it may be, is one") {
    HelperDriver halves(saying(R"(printf '{"id":2,"res'; sleep 0.05; echo 'ult":{"driver":"a","detail":"b"}}')"), 20s);
    CHECK(halves.describe().driver == "a");
    // 1,048,576 bytes with the line feed; 41 of them are not spaces.
    HelperDriver longest(saying(R"(printf '{"id":2,"result":{"driver":"a","detail":""'
                                   head -c 1048531 /dev/zero | tr '\0' ' '; printf '}}\n')"),
                         20s);
    CHECK(longest.describe().driver == "a");
}

TEST_CASE("what nobody asked for is found at the next question") {
    HelperDriver driver(saying(R"(printf '{"id":2,"result":{"driver":"a","detail":"b"}}\nmore')"), 20s);
    driver.describe();
    auto error = error_of([&] { driver.describe(); });
    CHECK(error.code() == Code::failed);
    CHECK(error.message() == "script breaks the protocol: it says 'more' without being asked");
}

TEST_CASE("who ends is told with its status and its last words") {
    auto error = error_of_describe("echo one >&2; printf 'two\\033\\n' >&2; printf '{\"id\"'; exit 3");
    CHECK(error.code() == Code::unreachable);
    CHECK(error.message() == "script ended with exit status 3 instead of answering: one | two\\x1B");
    CHECK(error_of_describe("kill -9 $$").message() == "script was ended by signal 9 (Killed) instead of answering");
    // It reads nothing: no SIGPIPE of ours.
    HelperDriver deaf(saying("exec <&-; exit 0"), 20s);
    std::vector<Bytes> chain(16, Bytes(40'000, 1));
    CHECK(error_of([&] { deaf.apply({"", "online"}, chain); }).code() == Code::unreachable);
    auto gone = error_of([] { HelperDriver(Launch{"/nowhere/x", {"x"}, {}, "x:y", "x", {}}, 1s); });
    CHECK(gone.message() == "cannot run /nowhere/x: No such file or directory");
}

TEST_CASE("silence has an end, for the helper and what it started too") {
    TemporaryFolder place;
    auto file = place / "pids";
    auto start = std::chrono::steady_clock::now();
    auto error = error_of_describe("sleep 1000 & echo $! >" + file + "; echo help >&2; sleep 1000", 500ms);
    CHECK(std::chrono::steady_clock::now() - start < 20s);
    CHECK(error.code() == Code::unreachable);
    CHECK(error.message() == "script gave no answer within 0.5 seconds: help");
    auto pid = content_of(file);
    pid.pop_back();
    for (int i = 0; i < 500 && lives(pid); ++i) std::this_thread::sleep_for(10ms);
    CHECK_FALSE(lives(pid));
    // Somebody who cries all the time, and answers never.
    CHECK(error_of_describe("yes help >&2", 500ms).message().starts_with("script gave no answer within 0.5 seconds: "));
    // One that never reads, while much is to be said.
    HelperDriver deaf(saying("sleep 1000"), 500ms);
    std::vector<Bytes> chain(16, Bytes(40'000, 1));
    CHECK(error_of([&] { deaf.apply({"", "online"}, chain); }).code() == Code::unreachable);
}

TEST_CASE("the greeting: other versions, noise before it") {
    auto greet = [](const std::string& line) {
        return error_of([&] { HelperDriver(script("read -r a; echo '" + line + "'; read -r b"), 20s); });
    };
    auto error = greet(R"({"id":1,"error":{"class":"version","message":"x","versions":[2,"y",3]}})");
    CHECK(error.code() == Code::unreachable);
    CHECK(error.message() == "script speaks version 2, 3 of the protocol, this rekey 1");
    CHECK(greet(R"({"id":1,"error":{"class":"version","message":"x"}})").message() ==
          "script speaks version another of the protocol, this rekey 1");
    CHECK(greet(R"({"id":1,"result":{"version":2,"name":""}})").code() == Code::unreachable);
    error = greet("Welcome!");
    CHECK(error.code() == Code::failed);
    CHECK(error.hint().find("start-up file") != std::string::npos);
}

TEST_CASE("nothing of ours but the three streams reaches a helper") {
    TemporaryFolder place;
    auto list_into = [&](const std::string& name) {
        return saying("ls /proc/self/fd >" + (place / name) +
                      R"(; echo '{"id":2,"result":{"driver":"a","detail":"b"}}')");
    };
    HelperDriver first(list_into("before"), 20s);
    first.describe();
    int ours = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    HelperDriver driver(list_into("after"), 20s);
    driver.describe();
    ::close(ours);
    // What the test itself inherited is there both times.
    CHECK_FALSE(content_of(place / "before").empty());
    CHECK(content_of(place / "before") == content_of(place / "after"));
}

TEST_CASE("lists: pages, doubles, too many, what is no slot") {
    auto list = [](const std::string& text) {
        HelperDriver driver(saying(text), 20s);
        return driver.list();
    };
    auto slot = [](const std::string& type) {
        return R"({"node":"","type":")" + type + R"(","chain":[],"key_matches":false,"trouble":"t"})";
    };
    auto answer = [](int id, const std::string& slots, bool more) {
        return "echo '{\"id\":" + std::to_string(id) + ",\"result\":{\"slots\":[" + slots +
               "],\"more\":" + (more ? "true" : "false") + "}}'";
    };
    auto found = list(answer(2, slot("b"), true) +
                      R"(; read -r c; case $c in *'"after":{"node":"","type":"b"}'*) ;; *) exit 9;; esac; )" +
                      answer(3, slot("a"), false));
    REQUIRE(found.size() == 2);
    CHECK(found[0].place.type == "a");
    CHECK(found[1].trouble == "t");
    CHECK(found[1].damage == units::Damage::none);
    auto damaged = [&](const std::string& word) {
        auto one = slot("a");
        one.insert(one.size() - 1, ",\"damage\":\"" + word + "\"");
        return list(answer(2, one, false)).front().damage;
    };
    CHECK(damaged("incomplete") == units::Damage::incomplete);
    CHECK(damaged("contradiction") == units::Damage::contradiction);
    CHECK(damaged("of a kind that only newer helpers know") == units::Damage::none);
    auto wrong = [&](const std::string& text) { return error_of([&] { list(text); }).message(); };
    CHECK(wrong(answer(2, slot("a") + "," + slot("a"), false)).find("a slot occurs twice") != std::string::npos);
    CHECK(wrong(answer(2, "", true)).find("nothing was shown") != std::string::npos);
    CHECK(wrong(answer(2, slot("../x"), false)).find("'type' is not a name") != std::string::npos);
    CHECK(wrong(answer(2, "7", false)).find("'slot' is not an object") != std::string::npos);
    CHECK(wrong(answer(2, R"({"node":"","type":"a","chain":["AA=="],"key_matches":true,"trouble":"x"})", false))
              .find("both 'chain' and 'trouble'") != std::string::npos);
    CHECK(wrong(answer(2, R"({"node":"","type":"a","chain":[],"key_matches":true,"trouble":""})", false))
              .find("neither 'chain' nor 'trouble'") != std::string::npos);
    // A page after the other without end.
    CHECK(wrong("i=2; while :; do echo "
                "\"{\\\"id\\\":$i,\\\"result\\\":{\\\"more\\\":true,\\\"slots\\\":[{\\\"node\\\":\\\"\\\","
                "\\\"type\\\":\\\"t$i\\\",\\\"chain\\\":[],\\\"key_matches\\\":false,\\\"trouble\\\":\\\"t\\\"}]}}\"; "
                "i=$((i+1)); read -r c; done")
              .find("more than 4096 slots") != std::string::npos);
    // Each slot within its limits, and too much in all.
    auto large = R"({"node":"","type":"t'$i'","chain":[],"key_matches":false,"trouble":"'$text'"})";
    CHECK(wrong("text=$(head -c 4000 /dev/zero | tr '\\0' t); i=2; while :; do echo "
                "'{\"id\":'$i',\"result\":{\"more\":true,"
                "\"slots\":[" +
                std::string(large) + "]}}'; i=$((i+1)); read -r c; done")
              .find("the listing of all its slots is larger than 2 MiB") != std::string::npos);
    CHECK(wrong("echo '{\"id\":2,\"result\":{\"slots\":[],\"x\":['$(yes 0, | head -70000 | tr -d '\\n')'0]}}'")
              .find("more than 65536 values") != std::string::npos);
}

TEST_CASE("a read of another slot than the one that was asked for") {
    HelperDriver driver(
        saying(
            R"(echo '{"id":2,"result":{"slot":{"node":"","type":"b","chain":["AA=="],"key_matches":true,"trouble":""}}}')"),
        20s);
    CHECK(error_of([&] { driver.read({"", "a"}); }).message().find("another slot") != std::string::npos);
}

TEST_CASE("a helper that ended by itself leaves no zombie, and one that stays is ended") {
    TemporaryFolder place;
    { HelperDriver driver(saying("echo $$ >" + (place / "pid") + "; trap '' TERM; sleep 1000"), 20s); }
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);  // nobody is left
}
