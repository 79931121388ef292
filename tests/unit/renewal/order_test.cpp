#include "fleet.hpp"
#include "rekey/renewal/overview.hpp"

using namespace rekey;
using test::Fleet;

namespace {

renewal::Request one_by_one(renewal::Request request = Fleet::all()) {
    request.jobs = 1;
    return request;
}

}  // namespace

TEST_CASE("the unit whose certificate expires first is first") {
    Fleet fleet;
    for (const auto& [unit, validity] : {std::pair{"late", "90d"}, {"soon", "30d"}, {"sooner", "20d"}}) {
        fleet.rule("defaults", "validity", std::string("\"") + validity + "\"");
        fleet.add(unit, {"sm", "cm"});
        fleet.generate(unit);
    }
    fleet.rule("defaults", "validity", "\"1y\"");
    CHECK(fleet.run(one_by_one()).done == 6);
    CHECK(fleet.notes.order() == "sooner/cm sooner/sm soon/cm soon/sm late/cm late/sm");
}

TEST_CASE("iam is last on its node, and the main node last, unless told otherwise") {
    Fleet fleet;
    fleet.add("u1", {"main/iam", "main/online", "edge/iam", "edge/sm", "zone/cm", "iam", "offline"});
    fleet.rule("", "node_order", "[\"*\", \"main\"]");
    auto request = one_by_one();
    request.kind = renewal::Request::Kind::generate;
    request.selection.all = false;
    request.selection.units = {"u1"};
    CHECK(fleet.run(request).done == 7);
    CHECK(fleet.notes.order() == "u1/offline u1/iam u1/edge/sm u1/edge/iam u1/zone/cm u1/main/online u1/main/iam");
    fleet.rule("", "node_order", "[\"zone\", \"*\"]");
    fleet.rule("", "type_order", "[\"iam\", \"*\"]");
    CHECK(fleet.run(one_by_one()).done == 7);
    CHECK(fleet.notes.order() == "u1/zone/cm u1/iam u1/offline u1/edge/iam u1/edge/sm u1/main/iam u1/main/online");
}

TEST_CASE("what is at risk while a unit is away") {
    Fleet fleet;
    fleet.rule("defaults", "validity", "\"90d\"");
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    auto first = fleet.now + std::chrono::days{90};
    fleet.now += std::chrono::days{10};
    fleet.rule("type.iam", "validity", "\"300d\"");
    fleet.add("u2", {"online", "iam", "cm"});
    renewal::Request request;
    request.kind = renewal::Request::Kind::generate;
    request.selection.slots = {*SlotName::parse("u2/online"), *SlotName::parse("u2/iam")};
    fleet.run(request);
    fleet.add("u3", {});

    auto seen = [&](const std::vector<std::string>& units) {
        std::string all;
        renewal::each_unit_summary(
            fleet.home, fleet.current_policy(), units, fleet.now, [&](const renewal::UnitSummary& summary) {
                all += summary.unit.name + " " + std::to_string(summary.slots.size()) + " " +
                       (summary.must_reconnect_by ? to_rfc3339(*summary.must_reconnect_by) : "-") + " " +
                       std::to_string(summary.at_risk) + "\n";
            });
        return all;
    };
    auto second = to_rfc3339(fleet.now + std::chrono::days{90});
    CHECK(seen({}) == "u1 1 " + to_rfc3339(first) + " 0\nu2 3 " + second + " 0\nu3 0 - 0\n");
    // Inside a third of their lifetime.
    fleet.now = first - std::chrono::days{29};
    CHECK(seen({}) == "u1 1 " + to_rfc3339(first) + " 1\nu2 3 " + second + " 0\nu3 0 - 0\n");
    CHECK(seen({"u1"}) == "u1 1 " + to_rfc3339(first) + " 1\n");
    fleet.now = first + std::chrono::days{100};
    CHECK(seen({"u2"}) == "u2 3 " + second + " 1\n");
    // Rules that cannot be met are a risk too.
    fleet.rule("defaults", "subject", "\"CN={label.none}\"");
    CHECK(seen({"u2"}) == "u2 3 " + second + " 2\n");
}
