#include <doctest/doctest.h>

#include <filesystem>

#include "base/temporary_folder.hpp"
#include "units/online_slot.hpp"

using namespace rekey;
using namespace rekey::test;
namespace fs = std::filesystem;

TEST_CASE("beside a pair, and over it, only when the slot shows what was seen") {
    TemporaryFolder place;
    units::DirDriver unit(open_folder(place.path()));
    const auto nothing = sha256(view_of("nothing"));
    CHECK_FALSE(unit.create_key_beside(online, {"ec-p256", "first"}, nothing));
    CHECK(fs::is_empty(place.path()));

    auto first = renew(unit, "first");
    auto seen = sha256(first.front());
    auto names_before = open_folder(place / "online")->names();
    CHECK_FALSE(unit.create_key_beside(online, {"ec-p256", "second"}, nothing));
    CHECK(open_folder(place / "online")->names() == names_before);

    auto made = unit.create_key_beside(online, {"ec-p256", "second"}, seen);
    REQUIRE(made);
    CHECK(made->leaf == first.front());
    // The same token never makes another key, whichever way it is asked.
    CHECK(unit.create_key_beside(online, {"ec-p256", "second"}, seen)->request == made->request);
    CHECK(unit.create_key(online, {"ec-p256", "second"}) == made->request);

    auto second = authority().issue(made->request);
    CHECK_FALSE(unit.apply_over(online, second, nothing));
    CHECK(unit.read(online)->chain == first);
    CHECK(unit.apply_over(online, second, seen));
    CHECK(unit.read(online)->chain == second);
    CHECK(unit.read(online)->key_matches);
    // It shows another one by now, that one included.
    CHECK_FALSE(unit.apply_over(online, second, seen));
    CHECK_FALSE(unit.apply_over(online, second, sha256(second.front())));
    CHECK_FALSE(unit.create_key_beside(online, {"ec-p256", "third"}, seen));
    CHECK_FALSE(fs::exists(place / "online/pending"));
}

TEST_CASE("a slot whose files contradict each other shows nothing to compare with") {
    TemporaryFolder place;
    units::DirDriver unit(open_folder(place.path()));
    auto chain = renew(unit, "first");
    auto seen = sha256(chain.front());
    // `cert.pem` alone still says so.
    write_to(place / "online/current/fullchain.pem", "damaged");
    CHECK_FALSE(unit.create_key_beside(online, {"ec-p256", "second"}, seen));
    CHECK_FALSE(fs::exists(place / "online/pending"));
    unit.create_key(online, {"ec-p256", "second"});
    CHECK_FALSE(unit.apply_over(online, chain, seen));
    CHECK(fs::exists(place / "online/pending"));
}
