#include "units/folder/slot_shape.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <functional>

#include "base/temporary_folder.hpp"
#include "errors.hpp"
#include "units/folder/dir_driver.hpp"
#include "units/online_slot.hpp"

using namespace rekey;
using namespace rekey::test;
using units::DirDriver;
using units::SlotPath;
namespace fs = std::filesystem;

namespace {

void make_link(const std::string& target, const std::string& path) {
    fs::remove_all(path);
    fs::create_symlink(target, path);
}

}  // namespace

TEST_CASE("a slot that lost its shape is told as such, and its remedy, run as it is printed, brings back the pair") {
    struct Case {
        std::string what;
        std::string says;
        std::function<void(const std::string& slot, const std::string& outside)> damage;
    };
    const Case cases[] = {
        {"copied without links", "is a folder",
         [](auto& slot, auto&) {
             must("cp -rL " + slot + " " + slot + ".copy && rm -r " + slot + " && mv " + slot + ".copy " + slot);
         }},
        {"only the pair was copied", "is a folder",
         [](auto& slot, auto&) {
             must("cp -rL " + slot + "/current " + slot + "/c && rm -r " + slot + "/current " + slot + "/gen && mv " +
                  slot + "/c " + slot + "/current");
         }},
        {"the link became a file", "is a file",
         [](auto& slot, auto&) {
             fs::remove(slot + "/current");
             write_to(slot + "/current", "gen/000002");
         }},
        {"another disk", "is a symbolic link",
         [](auto& slot, auto& outside) {
             must("cp -a " + slot + "/gen " + outside + "/gen");
             make_link(outside + "/gen", slot + "/gen");
         }},
        {"a link from where it was before", "leads to",
         [](auto& slot, auto&) { make_link("/old/place/online/gen/000002", slot + "/current"); }},
        {"a generation that is gone", "leads to generation 7",
         [](auto& slot, auto&) { make_link("gen/000007", slot + "/current"); }},
    };
    for (const std::string& name : {std::string("unit"), std::string("it's a $(unit)")})
        for (const auto& [what, says, damage] : cases) {
            CAPTURE(what);
            if (name != "unit" && what != "another disk") continue;
            TemporaryFolder place;
            TemporaryFolder outside;
            fs::create_directory(place / name);
            auto unit = DirDriver(open_folder(place / name));
            renew(unit, "t1");
            auto chain = renew(unit, "t2");
            auto slot = place / (name + "/online");
            if (name == "unit")
                damage(slot, outside.path());
            else {
                fs::rename(slot + "/gen", outside / "gen");
                make_link(outside / "gen", slot + "/gen");
            }
            auto told = unit.read(online);
            REQUIRE(told);
            CHECK(told->chain.empty());
            CHECK(told->trouble.find(says) != std::string::npos);
            REQUIRE(told->remedy != "");
            write_to(outside / "remedy", told->remedy);
            must("sh -e " + (outside / "remedy"));
            auto mended = unit.read(online);
            REQUIRE(mended);
            CHECK(mended->trouble == "");
            CHECK(mended->chain == chain);
            CHECK(mended->key_matches);
            CHECK(fs::is_symlink(slot + "/current"));
            CHECK_FALSE(fs::exists(slot + "/.current.was"));
            auto next = renew(unit, "t3");
            CHECK(unit.read(online)->chain == next);
        }
}

TEST_CASE("an absolute link to the slot's own generation is as good as a relative one") {
    TemporaryFolder place;
    auto unit = DirDriver(open_folder(place.path()));
    auto chain = renew(unit, "t1");
    make_link(place / "online/gen/000001", place / "online/current");
    CHECK(unit.read(online)->chain == chain);
    auto next = renew(unit, "t2");
    CHECK(unit.read(online)->chain == next);
    CHECK(fs::read_symlink(place / "online/current") == "gen/000002");
}

TEST_CASE("a shape that takes a decision has no remedy to paste") {
    TemporaryFolder place;
    auto unit = DirDriver(open_folder(place.path()));
    renew(unit, "t1");
    fs::remove_all(place / "online/gen");
    write_to(place / "online/gen", "x");
    auto told = unit.read(online);
    CHECK(told->trouble.find("is a file") != std::string::npos);
    CHECK(told->remedy == "");
}
