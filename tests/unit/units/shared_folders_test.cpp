#include "units/inventory/shared_folders.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "../scratch.hpp"

using namespace rekey;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> found(const std::vector<std::pair<std::string, std::string>>& units) {
    units::SharedFolders folders;
    for (const auto& [name, address] : units) {
        store::Unit unit;
        unit.name = name;
        unit.address = address;
        folders.add(unit);
    }
    std::vector<std::string> words;
    for (const auto& shared : folders.find()) words.push_back(shared.unit + " " + shared.how);
    return words;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("two units on one folder are found, whatever their paths are") {
    test::Scratch scratch;
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
    // What is not there lies nowhere.
    CHECK(found({{"a", at("none/x")}, {"b", at("none/y")}, {"c", at("a")}}).empty());
}
