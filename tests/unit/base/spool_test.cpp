#include "base/files/spool.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"

using namespace rekey;

namespace {

std::vector<std::string> taken(Spool& spool) {
    std::vector<std::string> all;
    while (auto text = spool.next()) all.push_back(*text);
    return all;
}

}  // namespace

TEST_CASE("what waits comes back in order, once") {
    Spool spool;
    CHECK(spool.empty());
    spool.add("a");
    spool.add("");
    spool.add(std::string("b\0c\n", 4));
    CHECK_FALSE(spool.empty());
    CHECK(taken(spool) == std::vector<std::string>{"a", "", std::string("b\0c\n", 4)});
    CHECK(spool.empty());
    CHECK(taken(spool).empty());
    spool.add("again");
    CHECK(taken(spool) == std::vector<std::string>{"again"});
}

TEST_CASE("what does not fit into memory waits in a file") {
    Spool spool;
    std::vector<std::string> added;
    for (int i = 0; i < 3000; ++i) {
        added.push_back(std::to_string(i) + std::string(static_cast<std::size_t>(i % 7) * 300, 'x'));
        spool.add(added.back());
    }
    added.push_back(std::string(3 << 20, 'y'));
    spool.add(added.back());
    added.emplace_back("last");
    spool.add("last");
    CHECK(taken(spool) == added);
    CHECK(spool.empty());
}

TEST_CASE("what comes while others are taken keeps its place") {
    Spool spool;
    std::vector<std::string> added;
    std::vector<std::string> all;
    for (int i = 0; i < 20000; ++i) {
        added.push_back(std::to_string(i) + std::string(200, 'x'));
        spool.add(added.back());
        if (i % 3 == 0) all.push_back(*spool.next());
    }
    for (auto& text : taken(spool)) all.push_back(std::move(text));
    CHECK(all == added);
}

TEST_CASE("a folder that takes no file is named") {
    const char* before = std::getenv("TMPDIR");
    std::string kept = before == nullptr ? "" : before;
    ::setenv("TMPDIR", "/proc/none", 1);
    Spool spool;
    std::string message;
    try {
        spool.add(std::string(2 << 20, 'z'));
    } catch (const Error& e) {
        message = e.message();
        CHECK(e.code() == Code::failed);
        CHECK(e.hint().find("TMPDIR") != std::string::npos);
    }
    CHECK(message.find("/proc/none") == 0);
    before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
}
