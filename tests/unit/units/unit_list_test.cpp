#include <doctest/doctest.h>

#include "errors.hpp"
#include "rekey/units/units.hpp"
#include "units/fleet.hpp"

using namespace rekey;
using namespace rekey::test;

namespace {

using Cells = std::vector<std::string>;

/// A list of this text.
units::UnitList list_of(const Fleet& fleet, const std::string& text) {
    auto path = fleet / "units.csv";
    write_to(path, text);
    return units::read_unit_list(path);
}

/// What is wrong with the lines of it, without the name of the file.
Cells wrong_lines(const Fleet& fleet, const std::string& text) {
    auto list = list_of(fleet, text);
    Cells found;
    for (const auto& line : list.wrong.first) found.push_back(line.error.message().substr(list.file.size() + 2));
    return found;
}

store::Labels labels_of_cell(const Fleet& fleet, const std::string& cell) {
    auto list = list_of(fleet, "name,address,labels\nu,dir:/u,\"" + cell + "\"\n");
    REQUIRE(list.units.size() == 1);
    return list.units[0].labels;
}

}  // namespace

TEST_CASE("columns come in any order, and as people write them") {
    Fleet fleet;
    auto list = list_of(fleet,
                        "Address;Name;Types;Keep mode;node;labels;reload\r\n"
                        "dir:/srv/u1/;u1;online main/iam,online;iam;main;site=north;'-x\r\n"
                        "ssh://h/srv;u2;;;;;\r\n");
    CHECK(list.wrong.total == 0);
    REQUIRE(list.units.size() == 2);
    const auto& unit = list.units[0];
    CHECK(unit.line == 2);
    CHECK(unit.name == "u1");
    CHECK(unit.address == "dir:/srv/u1");
    CHECK(units::unit_list_cell(unit.slots) == "main/iam;main/online");
    CHECK(units::unit_list_cell(unit.keep_mode) == "main/iam");
    CHECK(unit.labels == store::Labels{{"site", "north"}});
    CHECK(unit.reload == "-x");
    CHECK(list.units[1].slots.empty());
}

TEST_CASE("a header that is wrong is refused as a whole") {
    Fleet fleet;
    auto refused = [&](const std::string& text) { return error_of([&] { list_of(fleet, text); }); };
    auto error = refused("name,adress\nu1,dir:/u1\n");
    CHECK(error.code() == Code::usage);
    CHECK(error.message().ends_with("units.csv, line 1: there is no column 'adress'"));
    CHECK(error.hint() ==
          "did you mean 'address'? columns: name, address, types, labels, reload, probe, keep_mode, rules, node");
    CHECK(refused("name\nu1\n").message().ends_with("line 1: there is no column 'address'"));
    CHECK(refused("name,address,Name\n").message().ends_with("two columns are called 'name'"));
    CHECK(refused("").code() == Code::usage);
    CHECK(error_of([&] { units::read_unit_list(fleet / "none.csv"); }).code() == Code::usage);
}

TEST_CASE("every wrong line is named, and the others are read") {
    Fleet fleet;
    CHECK(wrong_lines(fleet,
                      "name,address,types,labels,probe,keep_mode\n"
                      "u1,dir:/u1,online,,,\n"
                      ",dir:/u2,,,,\n"
                      "u3,,,,,\n"
                      "u4,dir:/u4,online,site,,\n"
                      "u5,dir:/u5,online,a=1;a=2,,\n"
                      "u6,dir:/u6,online,,,iam\n"
                      "u7,dir:/u7\n") == Cells{"line 3: the unit has no name", "line 4: unit 'u3' has no address",
                                               "line 5: 'site' is not a label", "line 6: label 'a' is there twice",
                                               "line 7: keep_mode names 'iam', and types does not",
                                               "line 8: 2 cells, where the header has 6"});
    for (const char* row : {"-u,dir:/u,,", "u,/u,,", "u,dir:/u,gen,", "u,dir:/u,a/b/c,", "u,dir:/u,,x"}) {
        CAPTURE(row);
        CHECK(wrong_lines(fleet, std::string("name,address,types,probe\n") + row + "\n").size() == 1);
    }
}

TEST_CASE("of many wrong lines the first are kept, and all are counted") {
    Fleet fleet;
    std::string text = "name,address\n";
    for (int i = 0; i < 50; ++i) text += "-,dir:/u\n";
    auto list = list_of(fleet, text);
    CHECK(list.wrong.total == 50);
    CHECK(list.wrong.first.size() == units::WrongLines::most_kept);
    CHECK(list.wrong.first.back().line == 21);
    list.wrong.add(1, Error(Code::usage, "x"));
    CHECK(list.wrong.first.front().line == 1);
    CHECK(list.wrong.first.size() == units::WrongLines::most_kept);
}

TEST_CASE("a cell of labels gives back what was written, whatever is in it") {
    Fleet fleet;
    for (const store::Labels& labels :
         {store::Labels{}, store::Labels{{"a", "1"}, {"b", ""}}, store::Labels{{"a", "x;y=z"}, {"b", "C:\\n\\"}},
          store::Labels{{"a", " x "}, {"b", " "}, {"c", "\\;"}}}) {
        auto cell = units::unit_list_cell(labels);
        CAPTURE(cell);
        CHECK(labels_of_cell(fleet, cell) == labels);
    }
    CHECK(labels_of_cell(fleet, " a = 1 ; ; b=x y ;") == store::Labels{{"a", "1"}, {"b", "x y"}});
    CHECK(labels_of_cell(fleet, "path=C:\\temp") == store::Labels{{"path", "C:\\temp"}});
}

TEST_CASE("a cell of rules gives back what was written, whatever is in it") {
    Fleet fleet;
    units::ListedUnit unit;
    unit.slots = {{"", "online"}, {"main", "iam"}};
    unit.rules = {{"san", {"dns:a.example", "ip:192.0.2.1"}}, {"key", {"ec-p384"}}};
    unit.slot_rules["online"] = {{"subject", {R"(CN=a\;b,O=x=y; )"}}};
    unit.slot_rules["main/iam"] = {{"issuer", {"north"}}, {"usages", {"clientAuth"}}};
    auto cell = units::unit_rules_cell(unit);
    CHECK(cell == R"(key=ec-p384;san=dns:a.example;san=ip:192.0.2.1;main/iam/issuer=north;main/iam/usages=clientAuth;)"
                  R"(online/subject=CN=a\\\;b,O=x=y\;\ )");
    auto list = list_of(fleet, "name,address,types,rules\nu,dir:/u,online;main/iam,\"" + cell + "\"\n");
    CHECK(list.wrong.total == 0);
    REQUIRE(list.units.size() == 1);
    CHECK(list.units[0].rules == unit.rules);
    CHECK(list.units[0].slot_rules == unit.slot_rules);
}

TEST_CASE("rules of a line are told apart by their slots, and a line without such a slot is wrong") {
    Fleet fleet;
    auto list = list_of(fleet, "name,address,types,node,rules\nu,dir:/u,iam,main, key=rsa-2048 ; iam/key=ec-p256;\n");
    REQUIRE(list.units.size() == 1);
    CHECK(list.units[0].rules == store::OwnRules{{"key", {"rsa-2048"}}});
    CHECK(list.units[0].slot_rules.at("main/iam") == store::OwnRules{{"key", {"ec-p256"}}});
    CHECK(wrong_lines(fleet,
                      "name,address,types,rules\na,dir:/a,online,key\nb,dir:/b,online,key=\n"
                      "c,dir:/c,online,sm/key=ec-p256\n") == Cells{"line 2: 'key' is not a rule",
                                                                   "line 3: 'key=' is not a rule",
                                                                   "line 4: rules name 'sm', and types does not"});
}
