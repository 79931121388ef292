#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "rekey/units/units.hpp"
#include "store/fleet/key_rights.hpp"
#include "units/fleet.hpp"

using namespace rekey;
using namespace rekey::test;
namespace fs = std::filesystem;

namespace {

using Texts = std::vector<std::string>;

units::UnitList written(const Fleet& fleet, const std::string& text) {
    auto path = fleet / "units.csv";
    write_to(path, text);
    return units::read_unit_list(path);
}

Texts names_in(const std::vector<units::ListedUnit>& lines) {
    Texts names;
    for (const auto& line : lines) names.push_back(line.name);
    return names;
}

/// Messages and hints of the wrong lines, behind the name of the file.
Texts refused_lines(const units::UnitList& list, const units::UnitImport& import) {
    Texts found;
    for (const auto& line : import.wrong.first)
        found.push_back(line.error.message().substr(list.file.size() + 2) + " | " + line.error.hint());
    return found;
}

}  // namespace

TEST_CASE("a list is added once, and is unchanged afterwards") {
    Fleet fleet;
    fs::create_directory(fleet.folder("u1"));
    auto text = "name,address,types,labels,reload,probe,keep_mode\nu1," + fleet.address("u1") +
                ",online;main/iam,site=north,true,h:1,online\nu2,ssh://h/srv,,,,,\n";
    auto list = written(fleet, text);
    CHECK(names_in(units::compare_units(fleet.store(), list).added) == Texts{"u1", "u2"});
    CHECK(store::count_units(fleet.store()) == 0);

    auto import = units::add_units(fleet.home(), list, fleet.stamp());
    CHECK(import.wrong.total == 0);
    CHECK(names_in(import.added) == Texts{"u1", "u2"});
    auto unit = fleet.unit("u1");
    CHECK(unit.labels == store::Labels{{"site", "north"}});
    CHECK(unit.reload == "true");
    CHECK(unit.probe == "h:1");
    CHECK(unit.added_at == fleet.now);
    CHECK_FALSE(unit.seen_at);
    CHECK(store::slots_of(fleet.store(), unit.id).size() == 2);
    CHECK(store::slot_keeps_mode(fleet.store(), fleet.slot("u1/online").id));
    CHECK_FALSE(store::slot_keeps_mode(fleet.store(), fleet.slot("u1/main/iam").id));
    CHECK(fleet.audited() == Texts{"unit.add u1", "unit.add u2"});

    auto again = units::add_units(fleet.home(), list, fleet.stamp());
    CHECK(again.wrong.total == 0);
    CHECK(again.added.empty());
    CHECK(names_in(again.unchanged) == Texts{"u1", "u2"});
    CHECK(fleet.audited().size() == 2);

    // What the store exports is the same list.
    std::string exported = "name,address,types,labels,reload,probe,keep_mode\n";
    units::each_listed(fleet.store(), {}, [&](const units::ListedUnit& line) {
        exported += line.name + "," + line.address + "," + units::unit_list_cell(line.slots) + "," +
                    units::unit_list_cell(line.labels) + "," + line.reload + "," + line.probe + "," +
                    units::unit_list_cell(line.keep_mode) + "\n";
    });
    CHECK(units::compare_units(fleet.store(), written(fleet, exported)).unchanged.size() == 2);
    auto selected = [&](const store::Selection& which) {
        std::string names;
        units::each_listed(fleet.store(), which, [&](const units::ListedUnit& line) {
            names += line.name + ":" + std::to_string(line.slots.size()) + " ";
        });
        return names;
    };
    CHECK(selected({"u2"}) == "u2:0 ");
    // A unit is listed whole, whatever of it is selected.
    store::Selection of_type;
    of_type.types = {"iam"};
    CHECK(selected(of_type) == "u1:2 ");
}

TEST_CASE("one wrong line keeps all of the list out, and each is named with what to do") {
    Fleet fleet;
    fs::create_directories(fleet.folder("u1") + "/online");
    fs::create_directory_symlink(fleet.folder("u1"), fleet / "link");
    write_to(fleet / "file", "x");
    units::add_units(fleet.home(),
                     written(fleet, "name,address,types,labels\nu1," + fleet.address("u1") + ",online;iam,a=1;b=2\n"),
                     fleet.stamp());
    auto before = fleet.audited();
    auto list = written(
        fleet, "name,address,types,labels\nnew," + fleet.address("new") + ",online,\nu1," + fleet.address("u1") +
                   ",sm;iam,a=it's;c=3\nu2,dir:" + (fleet / "link") +
                   ",,\nnew,ssh://h/new,,\nu3,ssh://h/new,,\nu4,ssh://h/new,,\nu5,dir:" + (fleet / "file") + ",,\n");
    auto import = units::add_units(fleet.home(), list, fleet.stamp());
    CHECK(import.wrong.total == 5);
    CHECK(refused_lines(list, import) ==
          Texts{"line 3: unit 'u1' is recorded with other types and other labels | to change the unit: rekey units set "
                "u1 --type sm --label 'a=it'\\''s' --label c=3 --label b=; add to the line, under types: online",
                "line 4: unit 'u2' lies where unit 'u1' does | give it a folder of its own, or its types to 'u1'",
                "line 5: unit 'new' is on line 2 already | a unit has one line, with all of its types",
                "line 7: unit 'u4' lies where unit 'u3' does | give it a folder of its own, or its types to 'u3'",
                "line 8: dir:" + (fleet / "file") +
                    " is not a folder | name the folder that has the unit's certificates, or will have them"});
    CHECK(store::count_units(fleet.store()) == 1);
    CHECK(fleet.audited() == before);
}

TEST_CASE("about columns that a list has not, it says nothing") {
    Fleet fleet;
    units::add_units(fleet.home(), written(fleet, "name,address,types,reload\nu1,ssh://h/u1,online,true\n"),
                     fleet.stamp());
    CHECK(units::compare_units(fleet.store(), written(fleet, "name,address\nu1,ssh://h/u1\n")).unchanged.size() == 1);
    CHECK(units::compare_units(fleet.store(), written(fleet, "name,address,reload\nu1,ssh://h/u1,\n")).wrong.total ==
          1);
}

TEST_CASE("what units of a list hold is recorded, of this machine") {
    Fleet fleet;
    std::string text = "name,address,types\n";
    for (int i = 0; i < 40; ++i) {
        auto name = "u" + std::to_string(i);
        if (i != 7) fs::create_directory(fleet.folder(name));
        text += name + "," + fleet.address(name) + ",online\n";
    }
    fleet.put_pair("u3", {"", "online"});
    auto list = written(fleet, text + "far,ssh://h/far,\n");
    auto import = units::add_units(fleet.home(), list, fleet.stamp());
    auto asked = units::units_to_ask(fleet.store(), import);
    CHECK(asked.here.size() == 40);
    CHECK(asked.elsewhere == Texts{"far"});

    std::size_t told = 0;
    CHECK_FALSE(units::check_many(
        fleet.home(), asked.here, [&] { return fleet.stamp(); }, {},
        [&](const units::Visit& visit) {
            CHECK_FALSE(visit.trouble);
            CHECK(visit.report.reached == (visit.report.unit != "u7"));
            CHECK(visit.report.newly_recorded == (visit.report.unit == "u3" ? 1 : 0));
            ++told;
        }));
    CHECK(told == 40);
    CHECK(fleet.unit("u1").seen_at == fleet.now);
    CHECK(fleet.unit("u7").offline_since == fleet.now);
    // The same list again asks again those that can be read without a network.
    auto again = units::units_to_ask(fleet.store(), units::compare_units(fleet.store(), list));
    CHECK(again.here.size() == 40);
    CHECK(again.elsewhere == Texts{"far"});
    CHECK(store::verify_audit(fleet.store()).problems.empty());
}
