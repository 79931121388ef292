#include "base/text/spelling.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace rekey;

namespace {

std::string meant(const std::string& written, const std::vector<std::string>& known) {
    Nearest nearest(written);
    for (const auto& word : known) nearest.offer(word);
    return nearest.found().value_or("");
}

}  // namespace

TEST_CASE("a slip, a swap, another case or the beginning of a word is near") {
    std::vector<std::string> verbs{"list", "show", "generate", "renew", "verify"};
    CHECK(meant("rnew", verbs) == "renew");
    CHECK(meant("lsit", verbs) == "list");
    CHECK(meant("SHOW", verbs) == "show");
    CHECK(meant("gen", verbs) == "generate");
    CHECK(meant("verfiy", verbs) == "verify");
}

TEST_CASE("other words are not near, however short") {
    CHECK(meant("remove", {"list", "show"}).empty());
    CHECK(meant("a", {"b", "c"}).empty());
    CHECK(meant("", {"a", "list"}).empty());
    CHECK(meant("list", {}).empty());
    CHECK(meant("u1", {"pump-1"}).empty());
}

TEST_CASE("fewer slips are allowed where longer words are asked for") {
    auto near = [](std::string_view written, std::string_view known) {
        Nearest nearest(written, 8);
        nearest.offer(known);
        return nearest.found().has_value();
    };
    CHECK(near("--dry-rnu", "--dry-run"));
    CHECK(near("--labl", "--label"));
    CHECK(near("--comemnt", "--comment"));
    CHECK_FALSE(near("--site", "--state"));
    CHECK_FALSE(near("--site", "--wide"));
}

TEST_CASE("the nearest is found, the first of equals") {
    CHECK(meant("pump-12", {"pump-3", "pump-13"}) == "pump-13");
    CHECK(meant("pump-x", {"pump-1", "pump-2"}) == "pump-1");
}
