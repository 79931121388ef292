#include "store/runs/runs.hpp"

#include "rekey/store/fleet.hpp"
#include "store/certificates/certificates.hpp"
#include "store/certificates/revocations.hpp"
#include "store/fleet/fleet_scan.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/actor_counts.hpp"
#include "store/runs/items.hpp"
#include "store/sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

std::string listed(Store& store, Id run_id) {
    std::string all;
    each_item(store, run_id, [&](const Item& item) {
        all += item.slot.to_string() + ":" + std::string(to_string(item.outcome)) + " ";
    });
    return all;
}

Run add_another(Fleet& fleet) {
    Run run = fleet.run;
    run.id = 0;
    fleet.store.write([&](Transaction& transaction) { add_run(transaction, run); });
    return run;
}

}  // namespace

TEST_CASE("a run comes back as it was recorded, and ends once") {
    Fleet fleet;
    Run run;
    run.command = "generate";
    run.selection = "unit-1/online 'quoted'";
    run.reason = Reason::rotation;
    run.issuer = "ca";
    run.comment = "because";
    run.actor = "bob@host";
    run.started_at = noon + day;
    fleet.store.write([&](Transaction& transaction) { add_run(transaction, run); });
    auto found = find_run(fleet.store, run.id);
    REQUIRE(found);
    CHECK(found->command == run.command);
    CHECK(found->selection == run.selection);
    CHECK(found->reason == Reason::rotation);
    CHECK(found->issuer == "ca");
    CHECK(found->comment == "because");
    CHECK(found->actor == "bob@host");
    CHECK(found->started_at == noon + day);
    CHECK_FALSE(found->finished_at);
    CHECK(found->ending == "");
    CHECK_FALSE(find_run(fleet.store, fleet.run.id)->reason);
    CHECK_FALSE(find_run(fleet.store, 4711));

    auto unfinished = unfinished_runs(fleet.store);
    REQUIRE(unfinished.size() == 2);
    CHECK(unfinished[0].id == fleet.run.id);
    CHECK(unfinished[1].id == run.id);

    fleet.store.write([&](Transaction& transaction) {
        CHECK(code_of([&] { finish_run(transaction, 4711, "done", noon); }) == Code::not_found);
        CHECK(code_of([&] { finish_run(transaction, run.id, "", noon); }) == Code::failed);
        finish_run(transaction, run.id, "taken over", noon + 2 * day);
        finish_run(transaction, run.id, "done", noon + 3 * day);
    });
    CHECK(find_run(fleet.store, run.id)->finished_at == noon + 2 * day);
    CHECK(find_run(fleet.store, run.id)->ending == "taken over");
    CHECK(unfinished_runs(fleet.store).size() == 1);

    auto ids = [&](int limit) {
        std::vector<Id> all;
        each_run(fleet.store, limit, [&](const Run& each) { all.push_back(each.id); });
        return all;
    };
    CHECK(ids(0) == std::vector<Id>{run.id, fleet.run.id});
    CHECK(ids(-1).size() == 2);
    CHECK(ids(1) == std::vector<Id>{run.id});
}

TEST_CASE("a slot that is held is refused, with the run that holds it") {
    Fleet fleet;
    Item first = fleet.item_for(fleet.online);
    SUBCASE("open") { first.outcome = Outcome::open; }
    SUBCASE("deferred") { first.outcome = Outcome::deferred; }
    first = fleet.add(first);
    Run second_run = add_another(fleet);
    std::string before = fleet.scratch.sql(".dump");
    Item second = fleet.item_for(fleet.online);
    second.run_id = second_run.id;
    fleet.store.write([&](Transaction& transaction) {
        for (auto outcome : {Outcome::open, Outcome::deferred}) {
            second.outcome = outcome;
            Error error = error_of([&] { add_item(transaction, second); });
            CHECK(error.code() == Code::busy);
            CHECK(contains(error.message(), "unit-1/online"));
            CHECK(contains(error.message(), "run " + std::to_string(fleet.run.id)));
        }
    });
    CHECK(second.id == 0);
    CHECK(fleet.scratch.sql(".dump") == before);

    // One that has ended holds nothing, and does not come back to life beside another.
    fleet.store.write([&](Transaction& transaction) {
        first.outcome = Outcome::continued;
        update_item(transaction, first);
        second.outcome = Outcome::open;
        add_item(transaction, second);
        first.outcome = Outcome::open;
        CHECK(code_of([&] { update_item(transaction, first); }) == Code::busy);
    });
    CHECK(item_holding(fleet.store, fleet.online.id)->id == second.id);
    CHECK(listed(fleet.store, fleet.run.id) == "unit-1/online:continued ");
}

TEST_CASE("an item comes back as it was recorded, at each step") {
    Fleet fleet;
    auto old = fleet.add(fleet.online, "A1");
    auto fresh = fleet.add(fleet.online, "B2", CertificateState::pending);
    Item item = fleet.item_for(fleet.online);
    item.reason = Reason::expiry;
    item.moves_slot = true;
    item.old_certificate_id = old.id;
    item.old_number = "A1";
    item = fleet.add(item);
    CHECK_FALSE(item_holding(fleet.store, fleet.offline.id));

    auto check = [&](const Item& found) {
        CHECK(found.id == item.id);
        CHECK(found.run_id == fleet.run.id);
        CHECK(found.slot_id == fleet.online.id);
        CHECK(found.slot == fleet.online.name);
        CHECK(found.token == item.token);
        CHECK(found.step == item.step);
        CHECK(found.outcome == item.outcome);
        CHECK(found.reason == Reason::expiry);
        CHECK(found.why == "expires in 20 days");
        CHECK(found.issuer_id == fleet.ca.id);
        CHECK(found.moves_slot);
        CHECK(found.old_certificate_id == old.id);
        CHECK(found.new_certificate_id == item.new_certificate_id);
        CHECK(found.old_number == "A1");
        CHECK(found.new_number == item.new_number);
        CHECK(found.request == item.request);
        CHECK(found.error == item.error);
        CHECK(found.updated_at == item.updated_at);
    };
    check(*item_holding(fleet.store, fleet.online.id));

    item.request = {0, 1, 2, 255};
    item.new_number = "B2";
    for (auto step : {Step::keyed, Step::issued, Step::installed, Step::confirmed}) {
        item.step = step;
        item.updated_at += Seconds{1};
        if (step == Step::issued) item.new_certificate_id = fresh.id;
        fleet.store.write([&](Transaction& transaction) {
            update_item(transaction, item);
            if (step == Step::keyed) keep_request(transaction, item);
        });
        check(*item_holding(fleet.store, fleet.online.id));
        auto open = open_items(fleet.store, fleet.run.id, fleet.first.id);
        REQUIRE(open.size() == 1);
        check(open[0]);
    }
    item.outcome = Outcome::deferred;
    item.error = "connection timed out";
    // Items from lists come without their request: that does not lose it.
    Item light = item;
    light.request.clear();
    fleet.store.write([&](Transaction& transaction) { update_item(transaction, light); });
    check(*item_holding(fleet.store, fleet.online.id));
    CHECK(open_items(fleet.store, fleet.run.id, fleet.first.id).empty());

    item.outcome = Outcome::renewed;
    item.error.clear();
    fleet.store.write([&](Transaction& transaction) { update_item(transaction, item); });
    CHECK_FALSE(item_holding(fleet.store, fleet.online.id));
    CHECK(fleet.scratch.sql("SELECT count(*) FROM item_requests") == "0");
    item.request.clear();
    each_item(fleet.store, fleet.run.id, check);

    item.id = 4711;
    fleet.store.write(
        [&](Transaction& transaction) { CHECK(code_of([&] { update_item(transaction, item); }) == Code::not_found); });
}

TEST_CASE("a continued item takes its request along") {
    Fleet fleet;
    Item item = fleet.item_for(fleet.online);
    item.step = Step::keyed;
    item.request = {1, 2, 3};
    item = fleet.add(item);
    Run next_run = add_another(fleet);
    fleet.store.write([&](Transaction& transaction) {
        auto held = item_holding(fleet.store, fleet.online.id);
        Item next = *held;
        held->outcome = Outcome::continued;
        update_item(transaction, *held);
        next.run_id = next_run.id;
        add_item(transaction, next);
    });
    auto open = open_items(fleet.store, next_run.id, fleet.first.id);
    REQUIRE(open.size() == 1);
    CHECK(open[0].request == Bytes{1, 2, 3});
    CHECK(open[0].token == item.token);
    auto runs = runs_of(fleet.store, open[0]);
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].id == fleet.run.id);
    CHECK(runs[1].id == next_run.id);
    CHECK(open_items(fleet.store, fleet.run.id, fleet.first.id).empty());
}

TEST_CASE("an item without an issuer is possible") {
    Fleet fleet;
    Item item = fleet.item_for(fleet.online);
    item.issuer_id = 0;
    fleet.add(item);
    CHECK(item_holding(fleet.store, fleet.online.id)->issuer_id == 0);
    CHECK(fleet.store.problems().empty());
}

TEST_CASE("the open items of a unit come in order of slot, and are counted by outcome") {
    Fleet fleet;
    Run other = add_another(fleet);
    std::vector<Id> expected;
    fleet.store.write([&](Transaction& transaction) {
        for (int i = 0; i < 10; ++i) {
            Item item = fleet.item_for(ensure_slot(transaction, fleet.first, "", "t" + std::to_string(i)));
            if (i % 3 == 0) item.outcome = Outcome::failed;
            if (i == 5) item.run_id = other.id;
            add_item(transaction, item);
            if (i % 3 != 0 && i != 5) expected.push_back(item.id);
        }
        Item elsewhere = fleet.item_for(fleet.other);
        elsewhere.run_id = other.id;
        add_item(transaction, elsewhere);
        CHECK(find_item(fleet.store, elsewhere.id)->slot == fleet.other.name);
    });
    CHECK_FALSE(find_item(fleet.store, 4711));
    std::vector<Id> seen;
    for (const Item& item : open_items(fleet.store, fleet.run.id, fleet.first.id)) seen.push_back(item.id);
    CHECK(seen == expected);
    CHECK(open_items(fleet.store, fleet.run.id, fleet.second.id).empty());
    CHECK(open_items(fleet.store, other.id, fleet.second.id).size() == 1);
    CHECK(open_items(fleet.store, 4711, fleet.first.id).empty());
    CHECK(count_open_items(fleet.store, fleet.run.id) == 5);
    CHECK(count_items(fleet.store, fleet.run.id, Outcome::failed) == 4);
    CHECK(count_items(fleet.store, fleet.run.id, Outcome::renewed) == 0);
    CHECK(count_open_items(fleet.store, other.id) == 2);
    CHECK(count_open_items(fleet.store, 4711) == 0);
}

TEST_CASE("items of a run come in order of slot, few or many") {
    Fleet fleet;
    Run other = add_another(fleet);
    fleet.store.write([&](Transaction& transaction) {
        for (const Slot* slot : {&fleet.other, &fleet.online, &fleet.offline}) {
            Item item = fleet.item_for(*slot);
            item.outcome = Outcome::renewed;
            add_item(transaction, item);
        }
        Item elsewhere = fleet.item_for(fleet.online);
        elsewhere.run_id = other.id;
        add_item(transaction, elsewhere);
        // What a run did to a unit stays when the unit goes.
        fleet.second.removed_at = noon;
        update_unit(transaction, fleet.second);
    });
    CHECK(listed(fleet.store, fleet.run.id) == "unit-1/offline:renewed unit-1/online:renewed unit-2/online:renewed ");
    CHECK(listed(fleet.store, other.id) == "unit-1/online:open ");
    CHECK(listed(fleet.store, 4711) == "");

    fleet.store.write([&](Transaction& transaction) {
        for (int i = 0; i < 10'001; ++i) {
            Item item = fleet.item_for(fleet.offline);
            item.outcome = Outcome::failed;
            add_item(transaction, item);
        }
    });
    int seen = 0;
    std::string last;
    each_item(fleet.store, fleet.run.id, [&](const Item& item) {
        CHECK(last <= item.slot.to_string());
        last = item.slot.to_string();
        ++seen;
    });
    CHECK(seen == 10'004);
}

TEST_CASE("the pass over the slots tells all that planning needs") {
    Fleet fleet;
    Store& store = fleet.store;
    fleet.first.next_attempt = noon + day;
    store.write([&](Transaction& transaction) {
        update_unit(transaction, fleet.first);
        set_slot_identity(transaction, fleet.online.id, Identity{"CN=adopted", {"dns:a"}});
        set_slot_issuer(transaction, fleet.online.id, fleet.ca.id);
    });
    fleet.add(fleet.online, "A1", CertificateState::superseded);
    fleet.add(fleet.online, "A2", CertificateState::active);
    fleet.add(fleet.online, "A3", CertificateState::foreign);
    fleet.add(fleet.offline, "B1", CertificateState::foreign);
    fleet.add(fleet.offline, "B2", CertificateState::foreign);
    Item ended = fleet.item_for(fleet.online);
    ended.outcome = Outcome::renewed;
    fleet.add(ended);
    Item holding = fleet.item_for(fleet.other);
    holding.outcome = Outcome::deferred;
    holding.request = {1, 2, 3};
    holding = fleet.add(holding);
    Unit gone = unit_named("unit-0");
    store.write([&](Transaction& transaction) {
        add_unit(transaction, gone);
        ensure_slot(transaction, gone, "", "online");
        gone.removed_at = noon;
        update_unit(transaction, gone);
    });

    std::vector<SlotStatus> all;
    each_slot(store, {}, [&](const SlotStatus& status) {
        // The same question inside, and others.
        int inner = 0;
        each_slot(store, {"unit-2"}, [&](const SlotStatus&) { ++inner; });
        CHECK(inner == 2);
        all.push_back(status);
    });
    REQUIRE(all.size() == 4);
    CHECK(all[0].slot.name.to_string() == "unit-1/offline");
    CHECK(all[1].slot.name.to_string() == "unit-1/online");
    CHECK(all[2].slot.name.to_string() == "unit-2/offline");
    CHECK(all[3].slot.name.to_string() == "unit-2/online");

    CHECK(all[0].in_use->facts.number == "B2");
    CHECK_FALSE(all[0].slot.identity);
    CHECK_FALSE(all[0].holding);
    const SlotStatus& online = all[1];
    CHECK(online.slot.id == fleet.online.id);
    CHECK(online.slot.unit_id == fleet.first.id);
    CHECK(online.slot.issuer_id == fleet.ca.id);
    CHECK(online.slot.identity->subject == "CN=adopted");
    CHECK(online.address == "dir:/srv/unit-1");
    CHECK(online.labels == fleet.first.labels);
    CHECK(online.next_attempt == noon + day);
    CHECK(online.in_use->facts.number == "A2");
    CHECK(online.in_use->facts.sans == facts_with("A2").sans);
    CHECK(online.in_use->slot == fleet.online.name);
    CHECK_FALSE(online.holding);
    CHECK(all[2].labels.empty());
    CHECK_FALSE(all[2].next_attempt);
    CHECK_FALSE(all[2].in_use);
    CHECK(all[3].holding->id == holding.id);
    CHECK(all[3].holding->slot == fleet.other.name);
    CHECK(all[3].holding->request.empty());
    CHECK_FALSE(all[3].in_use);

    std::string some;
    each_slot(store, {"unit-2", "unit-0", "unit-1", "unit-2"},
              [&](const SlotStatus& status) { some += status.slot.name.to_string() + " "; });
    CHECK(some == "unit-1/offline unit-1/online unit-2/offline unit-2/online ");
}

TEST_CASE("units have their turn by the earliest expiry of what is to be replaced, page by page") {
    Fleet fleet;
    Run other = add_another(fleet);
    auto expiring = [&](Transaction& transaction, const Unit& unit, const std::string& type, int days) {
        auto slot = ensure_slot(transaction, unit, "", type);
        auto certificate = certificate_in(slot, unit.name + type);
        certificate.facts.not_after = noon + days * day;
        add_certificate(transaction, certificate, {der("leaf " + unit.name + type)});
        Item item = fleet.item_for(slot);
        item.old_certificate_id = certificate.id;
        add_item(transaction, item);
    };
    std::vector<Unit> units;
    for (int i = 0; i < 5; ++i) units.push_back(unit_named("u" + std::to_string(i)));
    fleet.store.write([&](Transaction& transaction) {
        for (auto& unit : units) add_unit(transaction, unit);
        expiring(transaction, units[0], "a", 30);
        expiring(transaction, units[1], "a", 20);
        expiring(transaction, units[2], "a", 40);
        expiring(transaction, units[2], "b", 10);
        expiring(transaction, units[3], "a", 20);
        // Nothing is in place there at all.
        add_item(transaction, *std::make_unique<Item>(fleet.item_for(ensure_slot(transaction, units[4], "", "a"))));
        Item elsewhere = fleet.item_for(fleet.other);
        elsewhere.run_id = other.id;
        add_item(transaction, elsewhere);
    });
    std::vector<Id> seen;
    std::optional<UnitTurn> last;
    for (;;) {
        auto page = unit_turns(fleet.store, fleet.run.id, last, 2);
        if (page.empty()) break;
        CHECK(page.size() <= 2);
        for (const auto& turn : page) seen.push_back(turn.unit_id);
        last = page.back();
    }
    CHECK(seen == std::vector{units[4].id, units[2].id, units[1].id, units[3].id, units[0].id});
    CHECK(unit_turns(fleet.store, fleet.run.id, {}, 0).empty());

    fleet.store.write([&](Transaction& transaction) { finish_run(transaction, fleet.run.id, "done", noon); });
    CHECK(unit_turns(fleet.store, fleet.run.id, {}, 10).empty());
    CHECK(unit_turns(fleet.store, other.id, {}, 10).size() == 1);
    CHECK(fleet.store.problems().empty());
}

TEST_CASE("items are counted by month, reason and outcome, without what another run continued") {
    Fleet fleet;
    auto add = [&](const Slot& slot, std::optional<Reason> reason, Outcome outcome, Time at) {
        auto item = fleet.item_for(slot);
        item.reason = reason;
        item.outcome = outcome;
        item.updated_at = at;
        fleet.add(item);
    };
    auto february = *from_rfc3339("2027-02-01T00:00:00Z");
    add(fleet.online, Reason::expiry, Outcome::renewed, noon);
    add(fleet.online, Reason::expiry, Outcome::renewed, february - Seconds{1});
    add(fleet.online, Reason::expiry, Outcome::failed, noon);
    add(fleet.online, Reason::expiry, Outcome::continued, noon);
    add(fleet.online, std::nullopt, Outcome::renewed, february);
    add(fleet.online, Reason::audit, Outcome::renewed, noon - Seconds{1});
    std::string all;
    for (const auto& each : count_items_since(fleet.store, noon))
        all += each.month + " " + (each.reason ? std::string(to_string(*each.reason)) : "first") + " " +
               std::string(to_string(each.outcome)) + " " + std::to_string(each.items) + ", ";
    CHECK(all == "2027-01 expiry failed 1, 2027-01 expiry renewed 2, 2027-02 first renewed 1, ");
    CHECK(count_items_since(fleet.store, february + Seconds{1}).empty());
}

TEST_CASE("units come with their slots and what is in use there, also those without any") {
    Fleet fleet;
    fleet.add(fleet.online, "A1");
    fleet.add(fleet.online, "F1", CertificateState::foreign);
    fleet.add(fleet.other, "F2", CertificateState::foreign);
    fleet.store.write([&](Transaction& transaction) {
        Unit empty = unit_named("unit-0");
        add_unit(transaction, empty);
        Unit gone = unit_named("unit-9");
        gone.removed_at = noon;
        add_unit(transaction, gone);
    });
    auto seen = [&](Selection selection, const std::vector<LabelCondition>& labels) {
        std::string all;
        selection.labels = labels;
        each_unit_status(fleet.store, selection, [&](const UnitStatus& status) {
            all += status.unit.name + "(" + std::to_string(status.unit.labels.size()) + "):";
            for (const auto& slot : status.slots) {
                const auto& in_use = slot.status.in_use;
                all += slot.status.slot.name.on_unit() + "=" + (in_use ? in_use->facts.number : "-") + ",";
            }
            all += " ";
        });
        return all;
    };
    CHECK(seen({}, {}) == "unit-0(0): unit-1(2):offline=-,online=A1, unit-2(0):offline=-,online=F2, ");
    CHECK(seen({"unit-2", "unit-0", "nobody"}, {}) == "unit-0(0): unit-2(0):offline=-,online=F2, ");
    CHECK(seen({}, {{"site", {"berlin"}}}) == "unit-1(2):offline=-,online=A1, ");
    CHECK(seen({"unit-1"}, {{"site", {"rome"}}}) == "");
}

TEST_CASE("runs and how their items ended are counted by actor") {
    Fleet fleet;
    Run idle;
    idle.command = "renew";
    idle.actor = "bob@host";
    idle.started_at = noon + day;
    fleet.store.write([&](Transaction& transaction) {
        add_run(transaction, idle);
        for (auto [slot, outcome] : {std::pair{fleet.online, Outcome::renewed}, std::pair{fleet.other, Outcome::failed},
                                     std::pair{fleet.offline, Outcome::deferred}}) {
            Item item = fleet.item_for(slot);
            item.outcome = outcome;
            add_item(transaction, item);
        }
    });
    auto counted = [&](Time since) {
        std::string found;
        each_actor_count(fleet.store, since, [&](const ActorCount& count) {
            found += count.actor + ":" + std::to_string(count.runs) + "," + std::to_string(count.renewed) + "," +
                     std::to_string(count.failed) + " ";
        });
        return found;
    };
    CHECK(counted(noon) == "alice@host:1,1,1 bob@host:1,0,0 ");
    CHECK(counted(noon + day) == "bob@host:1,0,0 ");
}
