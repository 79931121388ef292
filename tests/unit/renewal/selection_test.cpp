#include "errors.hpp"
#include "fleet.hpp"

using namespace rekey;
using test::Fleet;

namespace {

renewal::Request matching(const std::string& pattern) {
    renewal::Request request;
    request.selection.where.names = {pattern};
    request.jobs = 1;
    return request;
}

Fleet& filled(Fleet& fleet) {
    for (const auto* unit : {"a1", "a2", "b1"}) {
        fleet.add(unit, {"sm", "cm"});
        fleet.generate(unit);
    }
    return fleet;
}

Code refusal_of(Fleet& fleet, const renewal::Request& request) {
    return test::error_of([&] { fleet.run(request); }).code();
}

}  // namespace

TEST_CASE("a run takes patterns, labels and types, and slots by name beside them") {
    Fleet fleet;
    filled(fleet);
    CHECK(fleet.run(matching("a*")).done == 4);
    CHECK(fleet.run(matching("*/sm")).done == 3);
    auto request = matching("a?/cm");
    request.selection.slots = {*SlotName::parse("b1/sm")};
    CHECK(fleet.run(request).done == 3);
    request = matching("*");
    request.selection.where.types = {"sm"};
    request.selection.where.limit = 2;
    CHECK(fleet.run(request).done == 2);
    fleet.require_consistent();
}

TEST_CASE("a pattern that nothing has is refused, also by what is due; that nothing ends soon is no mistake") {
    Fleet fleet;
    filled(fleet);
    CHECK(refusal_of(fleet, matching("c*")) == Code::not_found);
    auto due = matching("c*");
    due.selection.due = true;
    CHECK(refusal_of(fleet, due) == Code::not_found);
    due.selection.where.names = {"a*"};
    CHECK(!fleet.run(due).run);
    auto ending = matching("a*");
    ending.selection.where.expires_before = fleet.now;
    CHECK(!fleet.run(ending).run);
    auto all = Fleet::all();
    all.selection.where.types = {"sm"};
    CHECK(refusal_of(fleet, all) == Code::usage);
}

TEST_CASE("a plan shows the slots that generate would declare, and a request that cannot be declares none") {
    Fleet fleet;
    fleet.add("u1", {"iam", "sm"});
    renewal::Request named;
    named.kind = renewal::Request::Kind::generate;
    named.selection.units = {"u1"};
    named.selection.slots = {*SlotName::parse("u1/new")};
    std::string planned;
    auto take_down = [&](const renewal::PlanEntry& entry) {
        CHECK(entry.action == renewal::Action::generate);
        planned += entry.slot.to_string() + " " + entry.issuer + " ";
    };
    renewal::plan(fleet.home, fleet.current_policy(), named, fleet.now, take_down);
    CHECK(planned == "u1/iam local u1/new local u1/sm local ");
    CHECK_FALSE(store::find_slot(fleet.home.store(), *SlotName::parse("u1/new")));

    named.issuer = "nobody";
    CHECK(test::error_of([&] {
              renewal::plan(fleet.home, fleet.current_policy(), named, fleet.now, take_down);
          }).code() == Code::not_found);
    CHECK(test::error_of([&] { fleet.run(named); }).code() == Code::not_found);
    CHECK_FALSE(store::find_slot(fleet.home.store(), *SlotName::parse("u1/new")));
    named.issuer.clear();
    named.selection.where.types = {"iam"};
    CHECK(test::error_of([&] {
              renewal::plan(fleet.home, fleet.current_policy(), named, fleet.now, take_down);
          }).code() == test::error_of([&] { fleet.run(named); }).code());
    CHECK_FALSE(store::find_slot(fleet.home.store(), *SlotName::parse("u1/new")));
    named.selection.where = {};
    CHECK(fleet.run(named).done == 3);
    fleet.require_consistent();
}
