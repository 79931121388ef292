#include <doctest/doctest.h>

#include <filesystem>
#include <map>

#include "renewal/fleet.hpp"
#include "renewal/strange_driver.hpp"
#include "units/connect/connect.hpp"
#include "units/survey/backoff.hpp"

using namespace rekey;
using namespace rekey::test;
namespace fs = std::filesystem;

namespace {

using store::CertificateState;

std::map<std::string, CertificateState> states_of(Fleet& fleet, const std::string& slot) {
    std::map<std::string, CertificateState> found;
    auto id = store::find_slot(fleet.home.store(), *SlotName::parse(slot))->id;
    for (const auto& each : store::history_of(fleet.home.store(), id)) found[each.facts.number] = each.state;
    return found;
}

void set_reload(Fleet& fleet, const std::string& command) {
    units::UnitChange change;
    change.reload = command;
    units::set(fleet.home, "u1", change, fleet.stamp());
}

/// Runs `request`, and copies the home when the unit's services are about to be told: as a backup does that cron makes.
renewal::Result run_and_copy_home(Fleet& fleet, const renewal::Request& request) {
    return fleet.run(request, [&](const std::string& address) {
        return std::make_unique<StrangeDriver>(units::connect(address), [&](const std::string& call) {
            if (call != "reload" || fs::exists(fleet.scratch / "earlier")) return;
            fs::copy(fleet.scratch / "home", fleet.scratch / "earlier", fs::copy_options::recursive);
        });
    });
}

void take_earlier_home(Fleet& fleet) {
    fleet.home = Home::open(fleet.scratch / "earlier", store::Store::Mode::write, fleet.now);
}

/// What is in use stays in use, is on the record as that, and the failure is told.
void require_kept(Fleet& fleet, const std::string& there) {
    CHECK(fleet.number_on_unit("u1", "online") == there);
    CHECK(fleet.number("u1/online") == there);
    CHECK(states_of(fleet, "u1/online")[there] == CertificateState::active);
    CHECK(fleet.notes.items.front().outcome == "failed");
    CHECK(fleet.notes.items.front().error.find("stays in use") != std::string::npos);
    fleet.require_sound("u1", "online");
    fleet.require_consistent();
    fleet.require_nothing_open();
    CHECK(units::verify(fleet.home.store(), "u1", fleet.now).findings.empty());
}

}  // namespace

TEST_CASE("a home that was restored finishes a rotation where the old key is gone, and the service does not reload") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    set_reload(fleet, "true");
    auto request = Fleet::all();
    request.reason = store::Reason::compromise;
    CHECK(run_and_copy_home(fleet, request).done == 1);
    auto there = fleet.number_on_unit("u1", "online");

    take_earlier_home(fleet);
    CHECK(states_of(fleet, "u1/online")[there] == CertificateState::pending);
    set_reload(fleet, "exit 7");
    auto result = fleet.run(Fleet::due());
    CHECK(result.failed == 1);
    require_kept(fleet, there);

    // And it goes on from there.
    set_reload(fleet, "");
    CHECK(fleet.run(Fleet::slot("u1/online")).done == 1);
    CHECK(states_of(fleet, "u1/online")[there] == CertificateState::superseded);
    fleet.require_sound("u1", "online");
}

TEST_CASE("where there is no way back, giving up records what a renewal would have") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    auto compromised = fleet.number("u1/online");
    set_reload(fleet, "true");
    auto request = Fleet::all();
    request.reason = store::Reason::compromise;
    CHECK(run_and_copy_home(fleet, request).done == 1);
    auto there = fleet.number_on_unit("u1", "online");

    take_earlier_home(fleet);
    fleet.home.store().write([&](store::Transaction& transaction) {
        auto unit = *store::find_unit(transaction, "u1");
        units::mark_offline(transaction, unit, "away", fleet.now);
    });
    std::vector<renewal::Abandoned> abandoned;
    renewal::AbandonRequest what;
    what.slot = *SlotName::parse("u1/online");
    renewal::abandon(
        fleet.home, what, [&] { return fleet.now; }, "tester", {},
        [&](const renewal::Abandoned& each) { abandoned.push_back(each); });
    REQUIRE(abandoned.size() == 1);
    CHECK(abandoned.front().freed);
    CHECK(fleet.number("u1/online") == there);
    auto states = states_of(fleet, "u1/online");
    CHECK(states[there] == CertificateState::active);
    CHECK(states[compromised] == CertificateState::revoked);
    auto unit = *store::find_unit(fleet.home.store(), "u1");
    CHECK_FALSE(unit.offline_since);
    CHECK(unit.attempts == 0);
    fleet.require_sound("u1", "online");
    fleet.require_nothing_open();
}

TEST_CASE("a first certificate is not taken out of use that was proven before the home was restored") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    set_reload(fleet, "true");
    renewal::Request request;
    request.kind = renewal::Request::Kind::generate;
    request.selection.units = {"u1"};
    CHECK(run_and_copy_home(fleet, request).done == 1);
    auto there = fleet.number_on_unit("u1", "online");

    take_earlier_home(fleet);
    set_reload(fleet, "exit 7");
    CHECK(fleet.run(Fleet::due()).failed == 1);
    require_kept(fleet, there);
}

TEST_CASE("a first certificate that no service took up leaves the slot as empty as it was") {
    Fleet fleet;
    fleet.add("u1", {"online"}, "exit 7");
    CHECK(fleet.generate("u1").failed == 1);
    CHECK(fleet.number("u1/online") == "");
    CHECK_FALSE(fs::exists(fleet.folder("u1") + "/online/current"));
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("what a unit says of a failure is kept in bounds") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    fleet.run(Fleet::all(), [](const std::string& address) {
        return std::make_unique<StrangeDriver>(units::connect(address), [](const std::string& call) {
            if (call == "create_key") throw Error(Code::failed, std::string(1 << 20, 'x'), std::string(1 << 20, 'y'));
        });
    });
    CHECK(fleet.notes.items.front().error.size() < 1000);
    CHECK(fleet.notes.items.front().error.ends_with(" bytes more)"));
    store::each_audit(fleet.home.store(), 0, [](const store::AuditEntry& entry) { CHECK(entry.detail.size() < 2000); });
}
