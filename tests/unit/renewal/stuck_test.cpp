#include <doctest/doctest.h>

#include <stdexcept>

#include "errors.hpp"
#include "fleet.hpp"
#include "rekey/base/base.hpp"
#include "rekey/renewal/renewal.hpp"
#include "store/runs/items.hpp"
#include "strange_driver.hpp"
#include "units/connect/connect.hpp"

using namespace rekey;
using test::error_of;
using test::Fleet;

namespace {

struct Stuck : Fleet {
    Stuck() {
        for (const auto* unit : {"u1", "u2"}) {
            add(unit, {"online"});
            generate(unit);
        }
        first = number("u1/online");
    }
    /// u1's driver throws at `call` what another library would.
    renewal::Result run_strange(const renewal::Request& request, const std::string& call) {
        return run(request, [=](const std::string& address) -> std::unique_ptr<units::Driver> {
            auto driver = units::connect(address);
            if (address.find("/u1") == std::string::npos) return driver;
            return std::make_unique<test::StrangeDriver>(std::move(driver), [=](const std::string& asked) {
                if (asked == call) throw std::invalid_argument("odd \xFF text");
            });
        });
    }
    std::vector<renewal::Abandoned> abandon(const renewal::AbandonRequest& request) {
        std::vector<renewal::Abandoned> all;
        renewal::abandon(
            home, request, [this] { return now; }, "tester@bench", {},
            [&](const renewal::Abandoned& each) { all.push_back(each); });
        return all;
    }
    static renewal::AbandonRequest slot_request(const std::string& name) {
        return {std::nullopt, SlotName::parse(name), false};
    }
    std::string last_action() {
        std::string action;
        store::each_audit(home.store(), 0, [&](const store::AuditEntry& entry) { action = entry.action; });
        return action;
    }

    std::string first;
};

}  // namespace

TEST_CASE("what another library throws ends its item, with its words, and none of the others") {
    // Not `confirm`: the new pair is proven by then, and what could not be tidied up is a warning.
    for (const std::string call : {"create_key", "apply", "read", "reload"}) {
        CAPTURE(call);
        Stuck fleet;
        auto second = fleet.number("u2/online");
        auto result = fleet.run_strange(Fleet::all(), call);
        CHECK(result.trouble.empty());
        CHECK(result.done == 1);
        CHECK(fleet.number("u2/online") != second);
        CHECK(fleet.notes.with("failed") == std::set<std::string>{"u1/online"});
        for (const auto& item : fleet.notes.items)
            if (item.outcome == "failed") CHECK(item.error.find("odd \\xFF text") != std::string::npos);
        fleet.require_sound("u1", "online");
        fleet.require_sound("u2", "online");
        fleet.require_consistent();
        CHECK(fleet.run(Fleet::slot("u1/online")).done == 1);
        fleet.require_nothing_open();
    }
}

TEST_CASE("a slot that is stuck is freed, and its unit goes back") {
    Stuck fleet;
    // The way back fails each time, so that the item stays.
    units::UnitChange change;
    change.reload = "exit 7";
    units::set(fleet.home, "u1", change, fleet.stamp());
    fleet.run_strange(Fleet::slot("u1/online"), "revert");
    auto there = fleet.number_on_unit("u1", "online");
    REQUIRE(there != fleet.first);
    change.reload = "";
    units::set(fleet.home, "u1", change, fleet.stamp());

    SUBCASE("by its slot") {
        auto abandoned = fleet.abandon(Stuck::slot_request("u1/online"));
        REQUIRE(abandoned.size() == 1);
        CHECK(abandoned.front().number == there);
        CHECK(abandoned.front().unit_is_back);
        CHECK(abandoned.front().trouble == "");
        CHECK(fleet.number_on_unit("u1", "online") == fleet.first);
        CHECK(fleet.abandon(Stuck::slot_request("u1/online")).empty());
    }
    SUBCASE("not while its unit cannot be brought back, and then the same again does it") {
        auto folder = fleet.folder("u1");
        std::filesystem::rename(folder, folder + ".away");
        auto kept = fleet.abandon(Stuck::slot_request("u1/online"));
        std::filesystem::rename(folder + ".away", folder);
        REQUIRE(kept.size() == 1);
        CHECK_FALSE(kept.front().freed);
        CHECK(kept.front().number == "");
        CHECK(kept.front().trouble != "");
        CHECK(store::find_by_number(fleet.home.store(), there, 2).front().state == store::CertificateState::pending);
        auto abandoned = fleet.abandon(Stuck::slot_request("u1/online"));
        REQUIRE(abandoned.size() == 1);
        CHECK(abandoned.front().freed);
        CHECK(abandoned.front().unit_is_back);
        CHECK(fleet.number_on_unit("u1", "online") == fleet.first);
    }
    SUBCASE("by its run, and the unit is left as it is") {
        auto run = store::item_holding(fleet.home.store(),
                                       store::find_slot(fleet.home.store(), *SlotName::parse("u1/online"))->id)
                       ->run_id;
        auto abandoned = fleet.abandon({run, std::nullopt, true});
        REQUIRE(abandoned.size() == 1);
        CHECK_FALSE(abandoned.front().unit_is_back);
        CHECK(fleet.number_on_unit("u1", "online") == there);
    }
    CHECK(fleet.last_action() == "renewal.abandon");
    CHECK(fleet.number("u1/online") == fleet.first);
    auto found = store::find_by_number(fleet.home.store(), there, 2);
    REQUIRE(found.size() == 1);
    CHECK(found.front().state == store::CertificateState::rejected);
    fleet.require_nothing_open();
    fleet.require_consistent();
    auto again = Fleet::slot("u1/online");
    again.force = true;
    CHECK(fleet.run(again).done == 1);
    fleet.require_sound("u1", "online");
}

TEST_CASE("what lives, or is not there, is not given up") {
    Stuck fleet;
    units::UnitChange change;
    change.reload = "exit 7";
    units::set(fleet.home, "u1", change, fleet.stamp());
    fleet.run_strange(Fleet::slot("u1/online"), "revert");
    auto slot = store::find_slot(fleet.home.store(), *SlotName::parse("u1/online"));
    auto run = store::item_holding(fleet.home.store(), slot->id)->run_id;
    {
        auto lock = fleet.home.lock_run(run);
        REQUIRE(lock);
        CHECK(error_of([&] { fleet.abandon({run, std::nullopt, false}); }).code() == Code::busy);
        CHECK(error_of([&] { fleet.abandon(Stuck::slot_request("u1/online")); }).code() == Code::busy);
    }
    CHECK(error_of([&] { fleet.abandon({999, std::nullopt, false}); }).code() == Code::not_found);
    CHECK(error_of([&] { fleet.abandon(Stuck::slot_request("u1/none")); }).code() == Code::not_found);
    CHECK(fleet.abandon(Stuck::slot_request("u2/online")).empty());
    CHECK(fleet.abandon({run, std::nullopt, false}).size() == 1);
}
