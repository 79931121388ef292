#include "units/registry/shared_folders.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "shell.hpp"

using namespace rekey;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> found(const std::vector<std::pair<std::string, std::string>>& units) {
    units::SharedFolders folders;
    for (const auto& [name, address] : units) folders.add({name, address});
    std::vector<std::string> words;
    for (const auto& shared : folders.find()) words.push_back(shared.unit + " " + shared.how);
    return words;
}

/// How one at `address` would share the place of one of `units`; empty: it would not.
std::string shared_by(const std::vector<std::pair<std::string, std::string>>& units, const std::string& address) {
    units::TakenPlaces taken;
    for (const auto& [name, place] : units) taken.add({name, place});
    auto shared = taken.find({"new", address});
    return shared ? shared->unit + " " + shared->how : "";
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("two units on one folder are found, whatever their paths are") {
    test::TemporaryFolder scratch;
    auto at = [&](const std::string& name) { return "dir:" + (scratch / name); };
    for (const char* name : {"a/online", "b", "ab"}) fs::create_directories(scratch / name);
    fs::create_directory_symlink("a", scratch / "link");

    CHECK(found({{"a", at("a")}, {"b", at("b")}, {"ab", at("ab")}}).empty());
    CHECK(found({{"a", at("a")}, {"b", at("a")}}) == Words{"b lies where unit 'a' does"});
    CHECK(found({{"a", at("a")}, {"b", at("link")}}) == Words{"b lies where unit 'a' does"});
    CHECK(found({{"a", at("a")}, {"b", at("b/../a")}}) == Words{"b lies where unit 'a' does"});
    CHECK(found({{"a", at("a")}, {"b", at("link/online")}}) == Words{"b lies inside of the folder of unit 'a'"});
    CHECK(found({{"inner", at("a/online")}, {"outer", at("link")}}) ==
          Words{"inner lies inside of the folder of unit 'outer'"});
    CHECK(found({{"a", "ssh://h/srv"}, {"b", "ssh://h/srv"}, {"c", "ssh://h/srv2"}}) ==
          Words{"b lies where unit 'a' does"});
    CHECK(found({{"a", at("a")}, {"b", at("b/..")}}) == Words{"a lies inside of the folder of unit 'b'"});
    CHECK(found({{"a", at("a")}, {"b", at("link/.")}}) == Words{"b lies where unit 'a' does"});
    CHECK(found({{"a", at("a/online")}, {"root", "dir:/"}}) == Words{"a lies inside of the folder of unit 'root'"});
    // What is not there lies nowhere.
    CHECK(found({{"a", at("none/x")}, {"b", at("none/y")}, {"c", at("a")}}).empty());
}

TEST_CASE("a place that a recorded unit has is known by text, by folder, and by what lies in it") {
    test::TemporaryFolder scratch;
    auto at = [&](const std::string& name) { return "dir:" + (scratch / name); };
    for (const char* name : {"a/online", "b", "ab"}) fs::create_directories(scratch / name);
    fs::create_directory_symlink("a", scratch / "link");
    fs::create_directory_symlink(".", scratch / "here");
    const std::vector<std::pair<std::string, std::string>> units{
        {"a", at("a")}, {"far", "ssh://h/srv"}, {"later", at("none/x")}};

    CHECK(shared_by(units, at("b")).empty());
    CHECK(shared_by(units, at("ab")).empty());
    CHECK(shared_by(units, "ssh://h/srv2").empty());
    CHECK(shared_by(units, "ssh://h/srv") == "new lies where unit 'far' does");
    CHECK(shared_by(units, at("a")) == "new lies where unit 'a' does");
    CHECK(shared_by(units, at("link")) == "new lies where unit 'a' does");
    CHECK(shared_by(units, at("here/b/../a")) == "new lies where unit 'a' does");
    CHECK(shared_by(units, at("link/online")) == "new lies inside of the folder of unit 'a'");
    CHECK(shared_by(units, at("here")) == "new has the folder of unit 'a' inside of its own");
    // What is not there yet can be the same, and lies in nothing else.
    CHECK(shared_by(units, at("here/none/x")) == "new lies where unit 'later' does");
    CHECK(shared_by(units, at("none/y")).empty());
    CHECK(shared_by(units, at("none/x/y")).empty());
    CHECK(shared_by(units, at("a/none")).empty());
}
