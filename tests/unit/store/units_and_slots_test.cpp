#include "store/fleet/units_and_slots.hpp"

#include <map>

#include "rekey/store/fleet.hpp"
#include "store/certificates/revocations.hpp"
#include "store/fleet/unit_places.hpp"
#include "store/sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

std::string names(Store& store, const std::vector<LabelCondition>& labels = {}) {
    std::string all;
    Selection selection;
    selection.labels = labels;
    each_unit(store, selection, [&](const Unit& unit) { all += unit.name + " "; });
    return all;
}

Unit full_unit() {
    Unit unit = unit_named("unit-9");
    unit.labels = {{"site", "köln"}, {"empty", ""}, {"quote", "'; DROP TABLE units; --"}};
    unit.reload = "systemctl reload app";
    unit.probe = "10.0.0.9:8443";
    unit.seen_at = noon - day;
    unit.offline_since = noon;
    unit.offline_cause = "connection timed out";
    unit.attempts = 3;
    unit.next_attempt = noon + day;
    return unit;
}

void check_same(const Unit& a, const Unit& b) {
    CHECK(a.id == b.id);
    CHECK(a.name == b.name);
    CHECK(a.address == b.address);
    CHECK(a.labels == b.labels);
    CHECK(a.reload == b.reload);
    CHECK(a.probe == b.probe);
    CHECK(a.added_at == b.added_at);
    CHECK(a.removed_at == b.removed_at);
    CHECK(a.seen_at == b.seen_at);
    CHECK(a.offline_since == b.offline_since);
    CHECK(a.offline_cause == b.offline_cause);
    CHECK(a.attempts == b.attempts);
    CHECK(a.next_attempt == b.next_attempt);
}

}  // namespace

TEST_CASE("places are compared of units of one scheme, and of those that have the address of another") {
    StoreFolder scratch;
    Store store = scratch.create();
    auto compared = [&] {
        std::string all;
        each_place_to_compare(store, "dir",
                              [&](const UnitPlace& place) { all += place.unit + "=" + place.address + " "; });
        return all;
    };
    std::map<std::string, Unit> units;
    auto put = [&](const std::string& name, const std::string& address, std::optional<Time> removed_at = {}) {
        Unit unit = units.contains(name) ? units.at(name) : unit_named(name);
        unit.address = address;
        unit.removed_at = removed_at;
        store.write([&](Transaction& transaction) {
            unit.id == 0 ? add_unit(transaction, unit) : update_unit(transaction, unit);
        });
        units[name] = unit;
    };
    put("c", "dir:/c");
    put("b", "ssh://h/b");
    put("a", "ssh://h/a");
    put("direct", "direct:x");
    CHECK(compared() == "c=dir:/c ");
    put("b", "ssh://h/a");
    CHECK(compared() == "a=ssh://h/a b=ssh://h/a c=dir:/c ");
    CHECK(other_unit_at(store, {"b", "ssh://h/a"}) == "a");
    CHECK(other_unit_at(store, {"a", "ssh://h/a"}) == "b");
    CHECK_FALSE(other_unit_at(store, {"c", "dir:/c"}));
    put("a", "ssh://h/a", noon);
    CHECK_FALSE(other_unit_at(store, {"b", "ssh://h/a"}));
    put("d", "ssh://h/d");
    put("c", "ssh://h/d");
    CHECK(compared() == "b=ssh://h/a c=ssh://h/d d=ssh://h/d ");
    put("b", "ssh://h/b");
    put("a", "ssh://h/b");
    CHECK(compared() == "a=ssh://h/b b=ssh://h/b c=ssh://h/d d=ssh://h/d ");
    auto plan = scratch.sql(
        "EXPLAIN QUERY PLAN SELECT name FROM units WHERE removed_at IS NULL AND address >= 'dir:' AND address < "
        "'dir;'");
    CHECK_MESSAGE(contains(plan, "INDEX units_at (address>? AND address<?)"), plan);
}

TEST_CASE("a unit's name is taken once") {
    Fleet fleet;
    std::string before = fleet.scratch.sql(".dump");
    Unit again = unit_named("unit-1");
    again.address = "dir:/elsewhere";
    fleet.store.write([&](Transaction& transaction) {
        Error error = error_of([&] { add_unit(transaction, again); });
        CHECK(error.code() == Code::refused);
        CHECK(contains(error.message(), "unit-1"));
    });
    CHECK(again.id == 0);
    fleet.store.write([&](Transaction& transaction) {
        Unit strange = unit_named("-rf");
        CHECK(code_of([&] { add_unit(transaction, strange); }) == Code::usage);
    });
    CHECK(fleet.scratch.sql(".dump") == before);
    CHECK(find_unit(fleet.store, "unit-1")->address == "dir:/srv/unit-1");
}

TEST_CASE("a removed unit frees its name, and keeps what is known of it") {
    Fleet fleet;
    Certificate certificate = fleet.add(fleet.online, "A1");
    fleet.first.removed_at = noon;
    fleet.store.write([&](Transaction& transaction) { update_unit(transaction, fleet.first); });
    CHECK_FALSE(find_unit(fleet.store, "unit-1"));
    CHECK_FALSE(find_slot(fleet.store, {"unit-1", "", "online"}));
    CHECK(names(fleet.store) == "unit-2 ");
    CHECK(count_units(fleet.store) == 1);
    CHECK(find_certificate(fleet.store, certificate.id)->slot.unit == "unit-1");

    Unit again = unit_named("unit-1");
    fleet.store.write([&](Transaction& transaction) { add_unit(transaction, again); });
    CHECK(again.id != fleet.first.id);
    CHECK(slots_of(fleet.store, again.id).empty());
    // Bringing the old one back would make two of them.
    fleet.first.removed_at.reset();
    fleet.store.write([&](Transaction& transaction) {
        CHECK(code_of([&] { update_unit(transaction, fleet.first); }) == Code::refused);
    });
    CHECK(find_unit(fleet.store, "unit-1")->id == again.id);
}

TEST_CASE("a unit comes back as it was recorded") {
    Fleet fleet;
    Unit unit = full_unit();
    fleet.store.write([&](Transaction& transaction) { add_unit(transaction, unit); });
    auto found = find_unit(fleet.store, "unit-9");
    REQUIRE(found);
    check_same(*found, unit);
    CHECK_FALSE(find_unit(fleet.store, "UNIT-9"));
    CHECK_FALSE(find_unit(fleet.store, "unit-%"));
}

TEST_CASE("an update writes every field but id, name and time of adding") {
    Fleet fleet;
    Unit changed = full_unit();
    changed.id = fleet.first.id;
    changed.added_at = noon + day;
    fleet.store.write([&](Transaction& transaction) { update_unit(transaction, changed); });
    auto found = find_unit(fleet.store, "unit-1");
    REQUIRE(found);
    changed.name = "unit-1";
    changed.added_at = noon;
    check_same(*found, changed);
    CHECK_FALSE(find_unit(fleet.store, "unit-9"));
    check_same(*find_unit(fleet.store, "unit-2"), fleet.second);

    changed.labels.clear();
    changed.next_attempt.reset();
    fleet.store.write([&](Transaction& transaction) { update_unit(transaction, changed); });
    check_same(*find_unit(fleet.store, "unit-1"), changed);
    CHECK(fleet.scratch.sql("SELECT count(*) FROM unit_labels") == "0");

    changed.id = 4711;
    fleet.store.write([&](Transaction& transaction) {
        CHECK(code_of([&] { update_unit(transaction, changed); }) == Code::not_found);
    });
}

TEST_CASE("units are visited in order of name, those with all labels") {
    Fleet fleet;
    Unit unit = unit_named("unit-10");
    unit.labels = {{"site", "berlin"}};
    fleet.store.write([&](Transaction& transaction) { add_unit(transaction, unit); });
    CHECK(names(fleet.store) == "unit-1 unit-10 unit-2 ");
    CHECK(names(fleet.store, {{"site", {"berlin"}}}) == "unit-1 unit-10 ");
    CHECK(names(fleet.store, {{"site", {"berlin"}}, {"line", {"north"}}}) == "unit-1 ");
    CHECK(names(fleet.store, {{"site", {"berlin"}}, {"line", {"south"}}}) == "");
    CHECK(names(fleet.store, {{"site", {"' OR 1=1 --"}}}) == "");
    CHECK(count_units(fleet.store) == 3);
    // What is visited may be looked at more closely meanwhile, by the same questions.
    std::string nested;
    each_unit(fleet.store, {}, [&](const Unit& outer) {
        nested += outer.name + ":" + std::to_string(slots_of(fleet.store, outer.id).size());
        each_unit(fleet.store, {}, [&](const Unit&) { nested += "."; });
        if (outer.name == "unit-1") CHECK(outer.labels == fleet.first.labels);
    });
    CHECK(nested == "unit-1:2...unit-10:0...unit-2:2...");
    CHECK_THROWS_AS(each_unit(fleet.store, {}, [](const Unit&) { throw Error(Code::interrupted, "stop"); }), Error);
    CHECK(names(fleet.store) == "unit-1 unit-10 unit-2 ");
}

TEST_CASE("a slot is made once") {
    Fleet fleet;
    fleet.store.write([&](Transaction& transaction) {
        Slot again = ensure_slot(transaction, fleet.first, "", "online");
        CHECK(again.id == fleet.online.id);
        Slot on_node = ensure_slot(transaction, fleet.first, "main", "online");
        CHECK(on_node.id != fleet.online.id);
        CHECK(on_node.name.to_string() == "unit-1/main/online");
        CHECK(code_of([&] { ensure_slot(transaction, fleet.first, "", "-x"); }) == Code::usage);
        CHECK(code_of([&] { ensure_slot(transaction, fleet.first, "../x", "online"); }) == Code::usage);
        Unit unknown = unit_named("unit-7");
        unknown.id = 4711;
        CHECK(code_of([&] { ensure_slot(transaction, unknown, "", "online"); }) == Code::not_found);
    });
    std::string all;
    for (const Slot& slot : slots_of(fleet.store, fleet.first.id)) all += slot.name.to_string() + " ";
    CHECK(all == "unit-1/offline unit-1/online unit-1/main/online ");
    CHECK(find_slot(fleet.store, {"unit-1", "main", "online"}));
    CHECK_FALSE(find_slot(fleet.store, {"unit-1", "main", "offline"}));
    CHECK_FALSE(find_slot(fleet.store, {"unit-3", "", "online"}));
}

TEST_CASE("a slot keeps its issuer and identity") {
    Fleet fleet;
    Identity identity{"CN=\"quoted\",O=Ö", {"dns:a\\b", "uri:https://x/\"y\""}};
    fleet.store.write([&](Transaction& transaction) {
        set_slot_issuer(transaction, fleet.online.id, fleet.ca.id);
        set_slot_identity(transaction, fleet.online.id, identity);
        set_slot_identity(transaction, fleet.offline.id, Identity{});
        CHECK(code_of([&] { set_slot_issuer(transaction, 4711, std::nullopt); }) == Code::not_found);
        CHECK(code_of([&] { set_slot_identity(transaction, 4711, std::nullopt); }) == Code::not_found);
    });
    auto slot = find_slot(fleet.store, fleet.online.name);
    REQUIRE(slot);
    CHECK(slot->issuer_id == fleet.ca.id);
    REQUIRE(slot->identity);
    CHECK(slot->identity->subject == identity.subject);
    CHECK(slot->identity->sans == identity.sans);
    // An empty identity is one all the same.
    auto empty = find_slot(fleet.store, fleet.offline.name);
    REQUIRE(empty->identity);
    CHECK(empty->identity->sans.empty());
    CHECK_FALSE(empty->issuer_id);
    CHECK_FALSE(find_slot(fleet.store, fleet.other.name)->identity);

    fleet.store.write([&](Transaction& transaction) {
        set_slot_issuer(transaction, fleet.online.id, std::nullopt);
        set_slot_identity(transaction, fleet.online.id, std::nullopt);
    });
    CHECK_FALSE(find_slot(fleet.store, fleet.online.name)->issuer_id);
    CHECK_FALSE(find_slot(fleet.store, fleet.online.name)->identity);
}

TEST_CASE("only a slot without a past is removed") {
    Fleet fleet;
    fleet.add(fleet.online, "A1", CertificateState::rejected);
    Item item = fleet.item_for(fleet.offline);
    item.outcome = Outcome::failed;
    fleet.add(item);
    fleet.store.write([&](Transaction& transaction) {
        CHECK_FALSE(remove_empty_slot(transaction, fleet.online.id));
        CHECK_FALSE(remove_empty_slot(transaction, fleet.offline.id));
        CHECK(remove_empty_slot(transaction, fleet.other.id));
        CHECK_FALSE(remove_empty_slot(transaction, fleet.other.id));
    });
    CHECK(find_slot(fleet.store, fleet.online.name));
    CHECK(find_slot(fleet.store, fleet.offline.name));
    CHECK_FALSE(find_slot(fleet.store, fleet.other.name));
}

TEST_CASE("a unit gets another name, unless that is taken") {
    Fleet fleet;
    fleet.store.write([&](Transaction& transaction) {
        Unit other = unit_named("other");
        add_unit(transaction, other);
        auto unit = *find_unit(transaction, "unit-1");
        CHECK(error_of([&] { rename_unit(transaction, unit, "other"); }).code() == Code::refused);
        CHECK(error_of([&] { rename_unit(transaction, unit, "-x"); }).code() == Code::usage);
        CHECK(unit.name == "unit-1");
        rename_unit(transaction, unit, "pump");
        CHECK(unit.name == "pump");
        CHECK(find_unit(transaction, "pump")->id == unit.id);
        CHECK_FALSE(find_unit(transaction, "unit-1"));
    });
}
