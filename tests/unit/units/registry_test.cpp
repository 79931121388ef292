#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "crypto/certificates/certificate.hpp"
#include "errors.hpp"
#include "rekey/units/units.hpp"
#include "store/certificates/certificates.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/items.hpp"
#include "units/connect/connect.hpp"
#include "units/fleet.hpp"

using namespace rekey;
using namespace rekey::test;
using store::CertificateState;
using units::SlotPath;
namespace fs = std::filesystem;
using Entries = std::vector<std::string>;

namespace {

std::string number_of(const std::vector<Bytes>& chain) {
    return crypto::X509Certificate::from_der(chain.front()).facts().number;
}

std::vector<CertificateState> states(Fleet& fleet, const std::string& slot) {
    std::vector<CertificateState> found;
    for (const auto& certificate : store::history_of(fleet.store(), fleet.slot(slot).id))
        found.push_back(certificate.state);
    return found;
}

std::vector<std::string> words(const units::CheckReport& report) {
    std::vector<std::string> found;
    for (const auto& finding : report.findings)
        found.push_back(finding.slot.on_unit() + ": " + finding.what + (finding.drift ? " (drift)" : ""));
    return found;
}

/// Records what the slot holds as the active certificate, as a renewal does.
void make_active(Fleet& fleet, const std::string& slot) {
    fleet.store().write([&](store::Transaction& transaction) {
        auto foreign = store::certificate_in_use(transaction, fleet.slot(slot).id);
        REQUIRE(foreign);
        store::set_certificate_state(transaction, foreign->id, CertificateState::active, fleet.now);
    });
}

store::Unit unit_named(const std::string& name, const std::string& address) {
    store::Unit unit;
    unit.name = name;
    unit.address = address;
    return unit;
}

}  // namespace

TEST_CASE("declared slots are TYPE or NODE/TYPE") {
    CHECK(units::parse_declared("online", "").type == "online");
    CHECK(units::parse_declared("online", "main").node == "main");
    auto both = units::parse_declared("second/iam", "main");
    CHECK(both.node == "second");
    CHECK(both.type == "iam");
    for (std::string text : {"", "/", "a/", "/b", "a/b/c", "-x", "a b"}) {
        CAPTURE(text);
        CHECK(error_of([&] { units::parse_declared(text, ""); }).code() == Code::usage);
    }
    CHECK(error_of([] { units::parse_declared("a", "b/c"); }).code() == Code::usage);
}

TEST_CASE("a unit that cannot be is not recorded") {
    Fleet fleet;
    auto address = fleet.address("unit-1");
    auto refused = [&](store::Unit unit, const std::vector<units::Declared>& slots = {}) {
        Error error = error_of([&] { units::add(fleet.home(), unit, slots, fleet.stamp()); });
        CHECK(error.code() == Code::usage);
        CHECK(store::count_units(fleet.store()) == 0);
        CHECK(fleet.audited().empty());
    };
    refused(unit_named("-unit", address));
    refused(unit_named("", address));
    refused(unit_named("unit-1", "/srv/unit-1"));
    refused(unit_named("unit-1", "ssh://unit-1"));
    refused(unit_named("unit-1", "dir:"));
    refused(unit_named("unit-1", address), {{"", "gen"}});
    refused(unit_named("unit-1", address), {{"a/b", "online"}});
    auto unit = unit_named("unit-1", address);
    unit.labels = {{"a b", "c"}};
    refused(unit);
    unit.labels = {{"a", "c\n"}};
    refused(unit);
    unit.labels.clear();
    unit.probe = "nowhere";
    refused(unit);
    unit.probe.clear();
    unit.reload = "a\nb";
    refused(unit);
}

TEST_CASE("a new unit is recorded with all that it holds") {
    Fleet fleet;
    fs::create_directory(fleet.folder("unit-1"));
    auto online = fleet.put_pair("unit-1", {"", "online"});
    fleet.put_pair("unit-1", {"main", "iam"});
    auto unit = unit_named("unit-1", fleet.address("unit-1") + "/");
    unit.labels = {{"site", "north"}};
    unit.reload = "true";
    unit.attempts = 7;  // of no meaning for a new one
    auto report = units::add(fleet.home(), unit, {{"", "online"}, {"", "offline"}, {"main", "iam"}}, fleet.stamp());
    CHECK(report.unit == "unit-1");
    CHECK(report.reached);
    CHECK(report.certificates == 2);
    CHECK(report.newly_recorded == 2);
    CHECK(report.findings.empty());

    auto stored = fleet.unit("unit-1");
    CHECK(stored.address == fleet.address("unit-1"));
    CHECK(stored.labels == unit.labels);
    CHECK(stored.reload == "true");
    CHECK(stored.added_at == fleet.now);
    CHECK(stored.seen_at == fleet.now);
    CHECK(stored.attempts == 0);
    CHECK(store::slots_of(fleet.store(), stored.id).size() == 3);
    auto found = store::certificate_in_use(fleet.store(), fleet.slot("unit-1/online").id);
    REQUIRE(found);
    CHECK(found->state == CertificateState::foreign);
    CHECK(found->facts.number == number_of(online));
    CHECK(found->actor == "alice@test");
    CHECK(store::chain_of(fleet.store(), found->id) == online);
    CHECK(fleet.audited() ==
          Entries{"unit.add unit-1", "certificate.find unit-1/online", "certificate.find unit-1/main/iam"});
    CHECK(store::verify_audit(fleet.store()).problems.empty());
}

TEST_CASE("a name that is taken is refused, and changes nothing") {
    Fleet fleet;
    fleet.add("unit-1");
    auto before = fleet.audited();
    Error error = error_of([&] {
        units::add(fleet.home(), unit_named("unit-1", fleet.address("other")), {{"", "online"}}, fleet.stamp());
    });
    CHECK(error.code() == Code::refused);
    CHECK(fleet.unit("unit-1").address == fleet.address("unit-1"));
    CHECK(store::slots_of(fleet.store(), fleet.unit("unit-1").id).empty());
    CHECK(fleet.audited() == before);
}

TEST_CASE("a unit that does not answer is recorded as offline, with its slots") {
    Fleet fleet;
    auto report =
        units::add(fleet.home(), unit_named("unit-1", fleet.address("unit-1")), {{"", "online"}}, fleet.stamp());
    CHECK_FALSE(report.reached);
    CHECK(report.cause.find("No such file or directory; offline since 2026-06-01T12:00:00Z; unattended runs do not "
                            "try it before 2026-06-01T12:0") != std::string::npos);
    auto unit = fleet.unit("unit-1");
    CHECK(unit.offline_since == fleet.now);
    CHECK(unit.attempts == 1);
    CHECK_FALSE(unit.seen_at);
    CHECK(store::slots_of(fleet.store(), unit.id).size() == 1);
    CHECK(fleet.audited() == Entries{"unit.add unit-1"});
}

TEST_CASE("a unit whose root is no folder is an error, not offline") {
    Fleet fleet;
    write_to(fleet.folder("unit-1"), "x");
    Error error =
        error_of([&] { units::add(fleet.home(), unit_named("unit-1", fleet.address("unit-1")), {}, fleet.stamp()); });
    CHECK(error.code() == Code::failed);
    CHECK(error.message().starts_with("unit-1: "));
    CHECK(store::count_units(fleet.store()) == 0);
}

TEST_CASE("what is set is what was given, and the entry says what it was before") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    units::set(fleet.home(), "unit-1",
               {.address = {}, .reload = "one", .probe = "host:1", .labels = {{"a", "1"}, {"b", "2"}}, .slots = {}},
               fleet.stamp());
    auto unit = units::set(fleet.home(), "unit-1",
                           {.address = {},
                            .reload = "two",
                            .probe = "",
                            .labels = {{"a", ""}, {"c", "3"}},
                            .slots = {{"", "online"}, {"n", "iam"}}},
                           fleet.stamp());
    CHECK(unit.reload == "two");
    CHECK(unit.probe.empty());
    CHECK(unit.labels == store::Labels{{"b", "2"}, {"c", "3"}});
    CHECK(fleet.unit("unit-1").labels == unit.labels);
    CHECK(fleet.unit("unit-1").reload == "two");
    CHECK(store::slots_of(fleet.store(), unit.id).size() == 2);
    auto detail = nlohmann::json::parse(fleet.last_entry().detail);
    CHECK(detail == nlohmann::json{{"reload", {{"before", "one"}, {"after", "two"}}},
                                   {"probe", {{"before", "online=host:1"}, {"after", ""}}},
                                   {"labels", {{"a", ""}, {"c", "3"}}},
                                   {"slots", {"n/iam"}}});

    auto before = fleet.audited();
    units::set(fleet.home(), "unit-1",
               {.address = fleet.address("unit-1"), .reload = "two", .probe = {}, .labels = {{"x", ""}}, .slots = {}},
               fleet.stamp());
    CHECK(fleet.audited() == before);  // nothing changed
}

TEST_CASE("a probe belongs to a slot") {
    Fleet fleet;
    fleet.add("one", {{"", "online"}});
    fleet.add("two", {{"", "online"}, {"n", "iam"}});
    units::UnitChange change;
    change.probe = "h:1";
    CHECK(units::set(fleet.home(), "one", change, fleet.stamp()).probe.empty());
    CHECK(fleet.slot("one/online").probe == "h:1");
    auto before = fleet.audited();
    Error error = error_of([&] { units::set(fleet.home(), "two", change, fleet.stamp()); });
    CHECK(error.code() == Code::usage);
    CHECK(error.hint().find("rekey units set two/n/iam --probe h:1") != std::string::npos);
    CHECK(fleet.audited() == before);

    units::set_slot(fleet.home(), *SlotName::parse("two/n/iam"), {.probe = "smtp://h:25"}, fleet.stamp());
    CHECK(fleet.slot("two/n/iam").probe == "smtp://h:25");
    CHECK(fleet.slot("two/online").probe.empty());
    CHECK(units::probe_text(fleet.unit("two"), store::slots_of(fleet.store(), fleet.unit("two").id)) ==
          "n/iam=smtp://h:25");
    CHECK(error_of([&] {
              units::set_slot(fleet.home(), *SlotName::parse("two/none"), {.probe = "h:1"}, fleet.stamp());
          }).code() == Code::not_found);
    change.probe = "";
    units::set(fleet.home(), "two", change, fleet.stamp());
    CHECK(fleet.slot("two/n/iam").probe.empty());
}

TEST_CASE("of what is set for a slot, all is there or nothing") {
    Fleet fleet;
    fleet.add("one", {{"", "online"}});
    auto online = *SlotName::parse("one/online");
    auto before = fleet.audited();
    auto code_of = [&](const units::SlotChange& change) {
        return error_of([&] { units::set_slot(fleet.home(), online, change, fleet.stamp()); }).code();
    };
    CHECK(code_of({.rules = {{"key", {"ec-p384"}}}, .probe = "no address"}) == Code::usage);
    CHECK(code_of({.rules = {{"key", {"ec-p384"}}}, .issuer = "nobody"}) == Code::not_found);
    CHECK(fleet.slot("one/online").rules.empty());
    CHECK(fleet.audited() == before);

    units::set_slot(fleet.home(), online, {.rules = {{"key", {"ec-p384"}}}, .probe = "h:1"}, fleet.stamp());
    CHECK(fleet.slot("one/online").rules.size() == 1);
    CHECK(fleet.slot("one/online").probe == "h:1");
    CHECK(fleet.audited().size() == before.size() + 1);

    units::UnitChange change;
    change.rules = {{"issuer", {"nobody"}}};
    CHECK(error_of([&] { units::set(fleet.home(), "one", change, fleet.stamp()); }).code() == Code::not_found);
    CHECK(fleet.unit("one").rules.empty());
}

TEST_CASE("a slot is removed, and what is on the unit counts as found") {
    Fleet fleet;
    fs::create_directory(fleet.folder("unit-1"));
    fleet.put_pair("unit-1", {"", "online"});
    units::add(fleet.home(), unit_named("unit-1", fleet.address("unit-1")), {{"", "online"}, {"", "extra"}},
               fleet.stamp());
    auto online = *SlotName::parse("unit-1/online");
    units::set_slot(fleet.home(), online, {.rules = {{"key", {"ec-p384"}}}, .probe = "h:1"}, fleet.stamp());
    auto before = fleet.audited();
    CHECK(error_of([&] { units::remove_slot(fleet.home(), online, false, fleet.stamp()); }).code() == Code::refused);
    CHECK(fleet.audited() == before);

    units::remove_slot(fleet.home(), online, true, fleet.stamp());
    units::remove_slot(fleet.home(), *SlotName::parse("unit-1/extra"), false, fleet.stamp());
    CHECK(store::slots_of(fleet.store(), fleet.unit("unit-1").id).empty());
    auto found = store::find_shown(fleet.store(), online);
    REQUIRE(found);
    CHECK_FALSE(found->declared);
    CHECK(found->probe.empty());
    CHECK(found->rules.empty());
    CHECK_FALSE(store::find_shown(fleet.store(), *SlotName::parse("unit-1/extra")));
    CHECK(fs::exists(fleet.folder("unit-1") + "/online/current/cert.pem"));
    CHECK(error_of([&] { units::remove_slot(fleet.home(), online, true, fleet.stamp()); }).code() == Code::not_found);
}

TEST_CASE("what cannot be set changes nothing") {
    Fleet fleet;
    fleet.add("unit-1");
    auto before = fleet.audited();
    auto code_of = [&](const units::UnitChange& change, const std::string& name = "unit-1") {
        return error_of([&] { units::set(fleet.home(), name, change, fleet.stamp()); }).code();
    };
    CHECK(code_of({.address = "nowhere", .reload = "x", .probe = {}, .labels = {}, .slots = {}}) == Code::usage);
    CHECK(code_of({.address = {}, .reload = "x", .probe = "nowhere", .labels = {}, .slots = {}}) == Code::usage);
    CHECK(code_of({.address = {}, .reload = "x", .probe = {}, .labels = {{"-", "y"}}, .slots = {}}) == Code::usage);
    CHECK(code_of({.address = {}, .reload = "x", .probe = {}, .labels = {}, .slots = {{"", "current"}}}) ==
          Code::usage);
    CHECK(code_of({.address = {}, .reload = "x", .probe = {}, .labels = {}, .slots = {}}, "unit-2") == Code::not_found);
    CHECK(fleet.unit("unit-1").reload.empty());
    CHECK(fleet.audited() == before);
}

TEST_CASE("a new address ends the backoff, and waits for a live run") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    fs::remove_all(fleet.folder("unit-1"));
    CHECK_FALSE(units::check(fleet.home(), "unit-1", fleet.stamp()).reached);
    CHECK(fleet.unit("unit-1").next_attempt);
    auto item = fleet.add_item("unit-1/online");
    units::UnitChange change{.address = fleet.address("moved"), .reload = {}, .probe = {}, .labels = {}, .slots = {}};
    auto lock = fleet.home().lock_run(item.run_id);
    REQUIRE(lock);
    CHECK(error_of([&] { units::set(fleet.home(), "unit-1", change, fleet.stamp()); }).code() == Code::busy);
    CHECK(fleet.unit("unit-1").address == fleet.address("unit-1"));
    lock.reset();
    units::set(fleet.home(), "unit-1", change, fleet.stamp());
    CHECK(fleet.unit("unit-1").address == fleet.address("moved"));
    CHECK_FALSE(fleet.unit("unit-1").next_attempt);
    CHECK_FALSE(fleet.unit("unit-1").offline_since);
}

TEST_CASE("a unit on which a live run works is not removed") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    auto item = fleet.add_item("unit-1/online");
    auto before = fleet.audited();
    auto lock = fleet.home().lock_run(item.run_id);
    REQUIRE(lock);
    CHECK(error_of([&] { units::remove(fleet.home(), "unit-1", fleet.stamp()); }).code() == Code::busy);
    CHECK(store::item_holding(fleet.store(), item.slot_id)->outcome == store::Outcome::open);
    CHECK(fleet.audited() == before);
    CHECK(error_of([&] { units::remove(fleet.home(), "unit-2", fleet.stamp()); }).code() == Code::not_found);
}

TEST_CASE("removing ends what dead runs left open, keeps the history, and frees the name") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "iam"}, {"", "online"}});
    fleet.put_pair("unit-1", {"", "online"});
    auto chain = fleet.put_pair("unit-1", {"", "iam"});
    units::check(fleet.home(), "unit-1", fleet.stamp());
    auto item = fleet.add_item("unit-1/online", store::Step::issued);
    auto slot = fleet.slot("unit-1/online");
    fleet.store().write([&](store::Transaction& transaction) {
        store::Certificate made;
        made.slot_id = slot.id;
        made.facts = crypto::X509Certificate::from_der(chain.front()).facts();
        made.facts.number = "00AA";
        made.state = CertificateState::pending;
        store::add_certificate(transaction, made, chain);
        item.new_certificate_id = made.id;
        store::update_item(transaction, item);
    });
    units::remove(fleet.home(), "unit-1", fleet.stamp());
    CHECK_FALSE(store::find_unit(fleet.store(), "unit-1"));
    CHECK_FALSE(store::item_holding(fleet.store(), slot.id));
    store::each_item(fleet.store(), item.run_id, [&](const store::Item& ended) {
        CHECK(ended.outcome == store::Outcome::failed);
        CHECK(ended.error == "unit removed");
    });
    CHECK(store::find_certificate(fleet.store(), *item.new_certificate_id)->state == CertificateState::rejected);
    CHECK(store::history_of(fleet.store(), slot.id).size() == 2);
    CHECK(fs::exists(fleet.folder("unit-1") + "/online/current/key.pem"));
    auto entries = fleet.audited();
    CHECK(entries[entries.size() - 2] == "renewal.abandon unit-1/online");
    CHECK(entries.back() == "unit.remove unit-1");

    CHECK(fleet.add("unit-1").newly_recorded == 2);
    CHECK(store::verify_audit(fleet.store()).problems.empty());
}

TEST_CASE("removing a slot ends an item whose certificate is in use as renewed") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    auto item = fleet.add_item("unit-1/online", store::Step::confirmed);
    units::remove_slot(fleet.home(), *SlotName::parse("unit-1/online"), true, fleet.stamp());
    auto ended = *store::find_item(fleet.store(), item.id);
    CHECK(ended.outcome == store::Outcome::renewed);
    CHECK(ended.error == "");
    auto entries = fleet.audited();
    CHECK(entries[entries.size() - 2] == "renewal.abandon unit-1/online");
    CHECK(entries.back() == "slot.remove unit-1/online");
}

TEST_CASE("a unit that is renamed keeps all that is its own") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    fleet.add("unit-2");
    auto chain = fleet.put_pair("unit-1", {"", "online"});
    units::check(fleet.home(), "unit-1", fleet.stamp());
    auto item = fleet.add_item("unit-1/online");
    auto before = fleet.unit("unit-1");

    auto renamed = units::rename(fleet.home(), "unit-1", "pump", fleet.stamp());
    CHECK(renamed.name == "pump");
    CHECK(fleet.unit("pump").id == before.id);
    CHECK(fleet.unit("pump").address == before.address);
    CHECK_FALSE(store::find_unit(fleet.store(), "unit-1"));
    CHECK(store::certificate_in_use(fleet.store(), fleet.slot("pump/online").id)->facts.number == number_of(chain));
    CHECK(store::item_holding(fleet.store(), item.slot_id)->slot.to_string() == "pump/online");
    CHECK(fleet.last_entry().action == "unit.rename");
    CHECK(fleet.last_entry().subject == "unit-1");
    CHECK(nlohmann::json::parse(fleet.last_entry().detail) == nlohmann::json{{"to", "pump"}});

    Error error = error_of([&] { units::get_unit(fleet.store(), "unit-1"); });
    CHECK(error.code() == Code::not_found);
    CHECK(error.message() == "unit 'unit-1' was renamed to 'pump'");
    units::rename(fleet.home(), "pump", "valve", fleet.stamp());
    error = error_of([&] { units::get_unit(fleet.store(), "unit-1"); });
    CHECK(error.message() == "unit 'unit-1' was renamed to 'valve'");
    // A name that another unit took afterwards is that unit's.
    units::rename(fleet.home(), "unit-2", "unit-1", fleet.stamp());
    CHECK(units::get_unit(fleet.store(), "unit-1").name == "unit-1");
    units::remove(fleet.home(), "valve", fleet.stamp());
    CHECK(error_of([&] { units::get_unit(fleet.store(), "pump"); }).message() == "there is no unit 'pump'");
    CHECK(store::verify_audit(fleet.store()).problems.empty());
}

TEST_CASE("a name that is taken or none, and a live run, keep a unit from being renamed") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    fleet.add("unit-2");
    auto item = fleet.add_item("unit-1/online");
    auto before = fleet.audited();
    auto code_of = [&](const std::string& name, const std::string& new_name) {
        return error_of([&] { units::rename(fleet.home(), name, new_name, fleet.stamp()); }).code();
    };
    CHECK(code_of("unit-1", "unit-2") == Code::refused);
    CHECK(code_of("unit-1", "unit-1") == Code::usage);
    CHECK(code_of("unit-1", "a/b") == Code::usage);
    CHECK(code_of("unit-3", "unit-4") == Code::not_found);
    auto lock = fleet.home().lock_run(item.run_id);
    REQUIRE(lock);
    CHECK(code_of("unit-1", "unit-3") == Code::busy);
    CHECK(fleet.unit("unit-1").name == "unit-1");
    CHECK(fleet.audited() == before);
}

TEST_CASE("checking records what is new, once") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    auto first = fleet.put_pair("unit-1", {"", "online"});
    auto report = units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(report.newly_recorded == 1);
    CHECK(report.findings.empty());
    auto entries = fleet.audited();
    report = units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(report.certificates == 1);
    CHECK(report.newly_recorded == 0);
    CHECK(fleet.audited() == entries);

    fleet.now += std::chrono::hours{1};
    auto second = fleet.put_pair("unit-1", {"", "online"});
    units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(states(fleet, "unit-1/online") == std::vector{CertificateState::foreign});
    CHECK(store::certificate_in_use(fleet.store(), fleet.slot("unit-1/online").id)->facts.number == number_of(second));
    CHECK(fleet.audited().back() == "certificate.find unit-1/online");

    units::connect(fleet.address("unit-1"))->revert({"", "online"}, sha256(second.front()));
    units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(store::certificate_in_use(fleet.store(), fleet.slot("unit-1/online").id)->facts.number == number_of(first));
    CHECK(states(fleet, "unit-1/online") == std::vector{CertificateState::foreign});

    fs::remove_all(fleet.folder("unit-1") + "/online");
    report = units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(report.reached);
    CHECK(report.certificates == 0);
    CHECK(report.findings.empty());
    CHECK_FALSE(store::certificate_in_use(fleet.store(), fleet.slot("unit-1/online").id));
    CHECK(store::verify_audit(fleet.store()).problems.empty());
}

TEST_CASE("a unit that holds something else than the active certificate has drifted") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    auto first = fleet.put_pair("unit-1", {"", "online"});
    units::check(fleet.home(), "unit-1", fleet.stamp());
    make_active(fleet, "unit-1/online");
    CHECK(words(units::check(fleet.home(), "unit-1", fleet.stamp())).empty());

    auto second = fleet.put_pair("unit-1", {"", "online"});
    CHECK(words(units::verify(fleet.store(), "unit-1", fleet.now)) ==
          Entries{"online: holds certificate " + number_of(second) +
                  " of 'CN=Test CA', which is not recorded; recorded is " + number_of(first) + " (drift)"});
    for (int i = 0; i < 2; ++i) {  // also once it is recorded
        auto report = units::check(fleet.home(), "unit-1", fleet.stamp());
        CHECK(report.newly_recorded == (i == 0 ? 1 : 0));
        CHECK(words(report) == Entries{"online: holds certificate " + number_of(second) +
                                       " of 'CN=Test CA', not the recorded " + number_of(first) + " (drift)"});
        CHECK(states(fleet, "unit-1/online") == std::vector{CertificateState::active, CertificateState::foreign});
    }

    // Back to the active one: what was foreign is gone.
    units::connect(fleet.address("unit-1"))->revert({"", "online"}, sha256(second.front()));
    CHECK(words(units::check(fleet.home(), "unit-1", fleet.stamp())).empty());
    CHECK(states(fleet, "unit-1/online") == std::vector{CertificateState::active});
}

TEST_CASE("a unit that went back to a superseded certificate has drifted; nothing is recorded twice") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    auto first = fleet.put_pair("unit-1", {"", "online"});
    units::check(fleet.home(), "unit-1", fleet.stamp());
    make_active(fleet, "unit-1/online");
    auto second = fleet.put_pair("unit-1", {"", "online"});
    fleet.now += std::chrono::hours{1};
    units::take(fleet.home(), "unit-1", fleet.stamp());
    units::connect(fleet.address("unit-1"))->revert({"", "online"}, sha256(second.front()));
    auto report = units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(report.newly_recorded == 0);
    CHECK(words(report) == Entries{"online: holds certificate " + number_of(first) +
                                   ", which is superseded, not the recorded " + number_of(second) + " (drift)"});
    CHECK(states(fleet, "unit-1/online") == std::vector{CertificateState::superseded, CertificateState::active});
}

TEST_CASE("a certificate that a run is installing is no drift") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    auto chain = fleet.put_pair("unit-1", {"", "online"});
    fleet.store().write([&](store::Transaction& transaction) {
        store::Certificate made;
        made.slot_id = fleet.slot("unit-1/online").id;
        made.facts = crypto::X509Certificate::from_der(chain.front()).facts();
        made.state = CertificateState::pending;
        store::add_certificate(transaction, made, chain);
    });
    auto report = units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(report.newly_recorded == 0);
    CHECK(report.findings.empty());
    CHECK(states(fleet, "unit-1/online") == std::vector{CertificateState::pending});
    CHECK(words(units::verify(fleet.store(), "unit-1", fleet.now)) ==
          Entries{"online: holds certificate " + number_of(chain) + ", which no run has confirmed yet"});
}

TEST_CASE("a strange certificate is told, and the others are recorded") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "aaa"}, {"", "bad"}});
    fleet.put_pair("unit-1", {"", "aaa"});
    fleet.put_pair("unit-1", {"", "bad"});
    fleet.put_pair("unit-1", {"", "zzz"});
    write_to(fleet.folder("unit-1") + "/bad/current/fullchain.pem", "junk");
    auto report = units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(report.certificates == 2);
    CHECK(report.newly_recorded == 2);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].slot.to_string() == "unit-1/bad");
    CHECK(store::history_of(fleet.store(), fleet.slot("unit-1/bad").id).empty());
    REQUIRE(report.found.size() == 1);
    CHECK(report.found[0].slot.to_string() == "unit-1/zzz");
}

TEST_CASE("a slot that cannot be read leaves its foreign certificate as it was") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    fleet.put_pair("unit-1", {"", "online"});
    units::check(fleet.home(), "unit-1", fleet.stamp());
    fs::remove(fleet.folder("unit-1") + "/online/current/fullchain.pem");
    CHECK(units::check(fleet.home(), "unit-1", fleet.stamp()).findings.size() == 1);
    CHECK(states(fleet, "unit-1/online") == std::vector{CertificateState::foreign});
}

TEST_CASE("a silent unit changes nothing but that it is offline, and is caught up when it answers") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    fleet.put_pair("unit-1", {"", "online"});
    units::check(fleet.home(), "unit-1", fleet.stamp());
    make_active(fleet, "unit-1/online");
    fs::rename(fleet.folder("unit-1"), fleet / "away");
    auto entries = fleet.audited();
    auto since = fleet.now;
    for (int attempt = 1; attempt <= 3; ++attempt) {
        auto report = units::check(fleet.home(), "unit-1", fleet.stamp());
        CHECK_FALSE(report.reached);
        CHECK(report.cause.find("offline since " + to_rfc3339(since)) != std::string::npos);
        CHECK(report.findings.empty());
        CHECK(fleet.unit("unit-1").attempts == attempt);
        CHECK(states(fleet, "unit-1/online") == std::vector{CertificateState::active});
        fleet.now += std::chrono::hours{1};
    }
    CHECK_FALSE(units::verify(fleet.store(), "unit-1", fleet.now).reached);
    CHECK(fleet.unit("unit-1").attempts == 3);
    CHECK(fleet.audited() == entries);
    fs::rename(fleet / "away", fleet.folder("unit-1"));
    CHECK(units::check(fleet.home(), "unit-1", fleet.stamp()).reached);
    CHECK(fleet.unit("unit-1").attempts == 0);
    CHECK_FALSE(fleet.unit("unit-1").next_attempt);
}

TEST_CASE("verifying tells every difference, and records nothing") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "a-sound"},
                         {"", "b-gone"},
                         {"", "c-key"},
                         {"", "d-expired"},
                         {"", "e-chain"},
                         {"", "f-other"},
                         {"", "g-new"}});
    for (const char* type : {"a-sound", "b-gone", "c-key", "d-expired", "e-chain", "f-other"})
        fleet.put_pair("unit-1", {"", type});
    units::check(fleet.home(), "unit-1", fleet.stamp());
    for (const char* type : {"a-sound", "b-gone", "f-other"}) make_active(fleet, std::string("unit-1/") + type);
    CHECK(words(units::verify(fleet.store(), "unit-1", fleet.now)).empty());

    auto root = fleet.folder("unit-1");
    auto gone = store::certificate_in_use(fleet.store(), fleet.slot("unit-1/b-gone").id)->facts.number;
    fs::remove_all(root + "/b-gone");
    must("openssl genpkey -algorithm ed25519 -out " + root + "/c-key/current/key.pem");
    must("openssl req -x509 -newkey ed25519 -nodes -subj /CN=other -keyout /dev/null -out " + root + "/other.pem");
    write_to(root + "/e-chain/current/fullchain.pem",
             content_of(root + "/e-chain/current/cert.pem") + content_of(root + "/other.pem"));
    write_to(root + "/e-chain/current/chain.pem", content_of(root + "/other.pem"));
    auto other = number_of(fleet.put_pair("unit-1", {"", "f-other"}));
    auto unknown = number_of(fleet.put_pair("unit-1", {"", "g-new"}));

    auto entries = fleet.audited();
    auto seen_at = fleet.unit("unit-1").seen_at;
    auto read_only = store::Store::open(fleet / "home/rekey.db", store::Store::Mode::read, fleet.now);
    auto report = units::verify(read_only, "unit-1", fleet.now);
    CHECK(report.certificates == 6);
    auto found = words(report);
    REQUIRE(found.size() == 5);
    CHECK(found[0] == "b-gone: is empty; recorded is certificate " + gone);
    CHECK(found[1] == "c-key: the private key on the unit is not the certificate's");
    CHECK(found[2].find("e-chain: the chain is broken: certificate ") == 0);
    CHECK(found[3].find("f-other: holds certificate " + other) == 0);
    CHECK(found[4] == "g-new: holds certificate " + unknown + " of 'CN=Test CA', which is not recorded");

    report = units::verify(read_only, "unit-1", fleet.now + std::chrono::days{366});
    int expired = 0;
    for (const auto& finding : report.findings) expired += finding.what.starts_with("expired on 2027-06-01") ? 1 : 0;
    CHECK(expired == 6);
    CHECK(fleet.audited() == entries);
    CHECK(fleet.unit("unit-1").seen_at == seen_at);
    CHECK(store::history_of(fleet.store(), fleet.slot("unit-1/g-new").id).empty());
    CHECK(error_of([&] { units::verify(read_only, "unit-2", fleet.now); }).code() == Code::not_found);
}

TEST_CASE("a chain without a root is no defect of a foreign certificate; another chain than recorded is") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}});
    fleet.put_pair("unit-1", {"", "online"});
    auto current = fleet.folder("unit-1") + "/online/current/";
    units::check(fleet.home(), "unit-1", fleet.stamp());
    CHECK(words(units::verify(fleet.store(), "unit-1", fleet.now)).empty());
    write_to(current + "fullchain.pem", content_of(current + "cert.pem"));
    write_to(current + "chain.pem", "");
    CHECK(words(units::verify(fleet.store(), "unit-1", fleet.now)) ==
          Entries{"online: the chain behind the certificate is not the recorded one"});
    fleet.add("unit-2", {{"", "online"}});
    fs::copy(fleet.folder("unit-1"), fleet.folder("unit-2"),
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    units::check(fleet.home(), "unit-2", fleet.stamp());
    CHECK(words(units::verify(fleet.store(), "unit-2", fleet.now)).empty());
}

TEST_CASE("what a unit holds is taken for what is recorded, and what was open for the slot ends") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}, {"", "iam"}});
    auto first = fleet.put_pair("unit-1", {"", "online"});
    auto other = fleet.put_pair("unit-1", {"", "iam"});
    units::check(fleet.home(), "unit-1", fleet.stamp());
    make_active(fleet, "unit-1/online");
    auto second = fleet.put_pair("unit-1", {"", "online"});
    auto item = fleet.add_item("unit-1/online", store::Step::keyed);
    {
        auto lock = fleet.home().lock_run(item.run_id);
        REQUIRE(lock);
        auto before = fleet.audited();
        CHECK(error_of([&] { units::take(fleet.home(), "unit-1", fleet.stamp()); }).code() == Code::busy);
        CHECK(fleet.audited() == before);
    }
    auto report = units::take(fleet.home(), "unit-1", fleet.stamp());
    CHECK(report.newly_recorded == 1);
    CHECK(report.taken == 2);
    CHECK(report.findings.empty());
    CHECK(states(fleet, "unit-1/online") == std::vector{CertificateState::superseded, CertificateState::active});
    CHECK(states(fleet, "unit-1/iam") == std::vector{CertificateState::active});
    CHECK_FALSE(store::item_holding(fleet.store(), item.slot_id));
    auto entries = fleet.audited();
    CHECK(std::count(entries.begin(), entries.end(), "certificate.take unit-1/online") == 1);
    CHECK(std::count(entries.begin(), entries.end(), "renewal.drop unit-1/online") == 1);
    CHECK(words(units::verify(fleet.store(), "unit-1", fleet.now)).empty());

    // Twice is the same as once; and back on the one before, that one is taken again.
    CHECK(units::take(fleet.home(), "unit-1", fleet.stamp()).taken == 0);
    units::connect(fleet.address("unit-1"))->revert({"", "online"}, sha256(second.front()));
    CHECK(units::take(fleet.home(), "unit-1", fleet.stamp()).taken == 1);
    CHECK(states(fleet, "unit-1/online") == std::vector{CertificateState::active, CertificateState::superseded});
}

TEST_CASE("what was taken out of use for good, or has no key, is not taken") {
    Fleet fleet;
    fleet.add("unit-1", {{"", "online"}, {"", "iam"}});
    auto first = fleet.put_pair("unit-1", {"", "online"});
    fleet.put_pair("unit-1", {"", "iam"});
    units::check(fleet.home(), "unit-1", fleet.stamp());
    fleet.store().write([&](store::Transaction& transaction) {
        auto in_use = store::certificate_in_use(transaction, fleet.slot("unit-1/online").id);
        store::set_certificate_state(transaction, in_use->id, CertificateState::revoked, fleet.now);
    });
    write_to(fleet.folder("unit-1") + "/iam/current/key.pem", "junk");
    auto report = units::take(fleet.home(), "unit-1", fleet.stamp());
    CHECK(report.taken == 0);
    CHECK(report.findings.size() == 2);
    CHECK(states(fleet, "unit-1/online") == std::vector{CertificateState::revoked});
    CHECK(states(fleet, "unit-1/iam") == std::vector{CertificateState::foreign});
}
