#include "fleet.hpp"
#include "issuers/issuer.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "strange_driver.hpp"
#include "units/connect/connect.hpp"

using namespace rekey;
using test::Fleet;

namespace {

Code code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& e) {
        return e.code();
    }
    return Code::interrupted;
}

}  // namespace

TEST_CASE("a request that names nothing is refused before anything is done") {
    Fleet fleet;
    CHECK(code_of([&] { fleet.run({}); }) == Code::usage);
    CHECK(code_of([&] { fleet.run(Fleet::slot("nobody/online")); }) == Code::not_found);
    fleet.add("u1", {"online"});
    CHECK(code_of([&] { fleet.run(Fleet::slot("u1/iam")); }) == Code::not_found);
    CHECK(code_of([&] { fleet.run(Fleet::slot("u1/online")); }) == Code::failed);
    store::each_run(fleet.home.store(), 0, [](const store::Run& run) { FAIL_CHECK("run " << run.id); });
}

TEST_CASE("nobody overwrites by --due what is not recorded") {
    Fleet fleet;
    auto request = Fleet::due();
    request.force = true;
    CHECK(code_of([&] { fleet.run(request); }) == Code::usage);
}

TEST_CASE("the kind of an issuer decides who signs, and nobody does for one that is not known") {
    Fleet fleet;
    auto issuer = issuers::get(fleet.home.store(), "local");
    CHECK(issuers::open(fleet.home, issuer));
    issuer.kind = "remote";
    CHECK(code_of([&] { issuers::open(fleet.home, issuer); }) == Code::refused);
}

TEST_CASE("generate fills empty slots and keeps filled ones") {
    Fleet fleet;
    fleet.add("u1", {"online", "iam"});
    auto first = fleet.generate("u1");
    CHECK(first.done == 2);
    fleet.require_sound("u1", "online");
    fleet.require_sound("u1", "iam");
    CHECK(fleet.number("u1/online") == fleet.number_on_unit("u1", "online"));
    auto before = fleet.number("u1/online");

    auto again = fleet.generate("u1");
    CHECK(again.done == 0);
    CHECK_FALSE(again.run);
    CHECK(fleet.notes.items.size() == 2);
    CHECK(fleet.notes.items.front().outcome == "kept");
    CHECK(fleet.number("u1/online") == before);

    renewal::Request named;
    named.kind = renewal::Request::Kind::generate;
    named.selection.slots = {*SlotName::parse("u1/online"), *SlotName::parse("u1/new")};
    CHECK(code_of([&] { fleet.run(named); }) == Code::refused);
    CHECK_FALSE(store::find_slot(fleet.home.store(), *SlotName::parse("u1/new")));
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("a renewal has a new number, a new key, and leaves the trail") {
    Fleet fleet;
    fleet.add("u1", {"online", "iam"});
    fleet.generate("u1");
    auto old_number = fleet.number("u1/online");
    auto other = fleet.number("u1/iam");
    auto old_key = test::content_of(fleet.folder("u1") + "/online/current/key.pem");
    fleet.now += std::chrono::hours{1};

    auto request = Fleet::slot("u1/online");
    request.reason = store::Reason::audit;
    request.comment = "asked by the auditor";
    auto result = fleet.run(request);
    CHECK(result.done == 1);
    auto new_number = fleet.number("u1/online");
    CHECK(new_number != old_number);
    CHECK(new_number.size() == 40);
    CHECK(new_number == fleet.number_on_unit("u1", "online"));
    CHECK(test::content_of(fleet.folder("u1") + "/online/current/key.pem") != old_key);
    fleet.require_sound("u1", "online");
    CHECK(fleet.number("u1/iam") == other);

    auto slot = store::find_slot(fleet.home.store(), *SlotName::parse("u1/online"));
    auto history = store::history_of(fleet.home.store(), slot->id);
    REQUIRE(history.size() == 2);
    CHECK(history[0].state == store::CertificateState::superseded);
    CHECK(history[1].predecessor == old_number);
    CHECK(history[1].reason == store::Reason::audit);
    CHECK(history[1].comment == "asked by the auditor");
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("--due does nothing until policy says so, and then once") {
    Fleet fleet;
    fleet.rule("defaults", "renew_spread", "\"0d\"");
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    auto before = fleet.number("u1/online");
    CHECK_FALSE(fleet.run(Fleet::due()).run);

    // The clock guard wants to see the time go by.
    auto expires = *from_rfc3339("2040-01-01T00:00:00Z");
    while (fleet.now + std::chrono::days{400} < expires) {
        fleet.now += std::chrono::days{300};
        fleet.run(Fleet::due());
    }
    fleet.now = expires - std::chrono::days{90} - std::chrono::seconds{1};
    CHECK_FALSE(fleet.run(Fleet::due()).run);
    CHECK(fleet.number("u1/online") == before);

    fleet.now = expires - std::chrono::days{89};
    CHECK(fleet.run(Fleet::due()).done == 1);
    REQUIRE(fleet.notes.items.size() == 1);
    CHECK(fleet.notes.items.front().reason == store::Reason::expiry);
    CHECK(fleet.number("u1/online") != before);
    CHECK_FALSE(fleet.run(Fleet::due()).run);
    fleet.require_consistent();
}

TEST_CASE("what a profile would make differently is due by policy") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    fleet.rule("defaults", "san", "[\"dns:{unit}.fleet.example\"]");
    auto result = fleet.run(Fleet::due());
    CHECK(result.done == 1);
    CHECK(fleet.notes.items.front().reason == store::Reason::policy);
    auto text =
        test::shell("openssl x509 -noout -ext subjectAltName -in " + fleet.folder("u1") + "/online/current/cert.pem");
    CHECK(text.output.find("DNS:u1.fleet.example") != std::string::npos);
    CHECK_FALSE(fleet.run(Fleet::due()).run);
}

TEST_CASE("a migration moves the slot, and --due leaves it there") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    issuers::create(fleet.home, "backend2", fleet.stamp());
    auto request = Fleet::slot("u1/online");
    request.issuer = "backend2";
    request.reason = store::Reason::migration;
    CHECK(fleet.run(request).done == 1);
    auto issuer = test::shell("openssl x509 -noout -issuer -in " + fleet.folder("u1") + "/online/current/cert.pem");
    CHECK(issuer.output.find("rekey backend2") != std::string::npos);
    CHECK_FALSE(fleet.run(Fleet::due()).run);
}

TEST_CASE("an unreachable unit is deferred with backoff, holds up nobody, and is caught up") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.add("u2", {"online"});
    fleet.generate("u1");
    fleet.generate("u2");
    auto one = fleet.number("u1/online");
    auto two = fleet.number("u2/online");
    std::filesystem::rename(fleet.folder("u1"), fleet.folder("away"));

    auto request = Fleet::all();
    request.reason = store::Reason::audit;
    auto result = fleet.run(request);
    CHECK(result.done == 1);
    CHECK(result.deferred == 1);
    CHECK(fleet.number("u1/online") == one);
    CHECK(fleet.number("u2/online") != two);
    auto unit = store::find_unit(fleet.home.store(), "u1");
    CHECK(unit->offline_since == fleet.now);
    REQUIRE(unit->next_attempt);
    fleet.require_nothing_open();
    auto renewed = fleet.number("u2/online");

    // Before its time it is left alone, even when it is back.
    std::filesystem::rename(fleet.folder("away"), fleet.folder("u1"));
    auto early = fleet.run(Fleet::due());
    CHECK(early.deferred == 1);
    CHECK(fleet.number("u1/online") == one);

    fleet.now = *unit->next_attempt;
    auto caught_up = fleet.run(Fleet::due());
    CHECK(caught_up.done == 1);
    CHECK(fleet.notes.items.front().reason == store::Reason::audit);
    CHECK(fleet.number("u1/online") != one);
    CHECK(fleet.number("u2/online") == renewed);
    CHECK_FALSE(store::find_unit(fleet.home.store(), "u1")->offline_since);
    fleet.require_sound("u1", "online");
    fleet.require_consistent();
}

TEST_CASE("a failing reload command brings the old pair back, and a retry makes a new key") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    auto before = fleet.number("u1/online");
    auto key = test::content_of(fleet.folder("u1") + "/online/current/key.pem");
    units::UnitChange change;
    change.reload = "echo no such service >&2; exit 7";
    units::set(fleet.home, "u1", change, fleet.stamp());

    auto result = fleet.run(Fleet::slot("u1/online"));
    CHECK(result.failed == 1);
    CHECK(fleet.notes.items.front().error.find("no such service") != std::string::npos);
    CHECK(fleet.number("u1/online") == before);
    CHECK(fleet.number_on_unit("u1", "online") == before);
    CHECK(test::content_of(fleet.folder("u1") + "/online/current/key.pem") == key);
    auto slot = store::find_slot(fleet.home.store(), *SlotName::parse("u1/online"));
    auto history = store::history_of(fleet.home.store(), slot->id);
    REQUIRE(history.size() == 2);
    CHECK(history[1].state == store::CertificateState::rejected);
    CHECK_FALSE(std::filesystem::exists(fleet.folder("u1") + "/online/pending"));

    change.reload = "";
    units::set(fleet.home, "u1", change, fleet.stamp());
    CHECK(fleet.run(Fleet::slot("u1/online")).done == 1);
    fleet.require_sound("u1", "online");
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("a unit that cannot be brought back is not taken for one that was: the next run brings it back") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    units::UnitChange change;
    change.reload = "exit 7";
    units::set(fleet.home, "u1", change, fleet.stamp());
    auto before = fleet.number("u1/online");

    auto result = fleet.run(Fleet::slot("u1/online"), [](const std::string& address) {
        return std::make_unique<test::StrangeDriver>(units::connect(address), [](const std::string& call) {
            if (call == "revert") throw Error(Code::failed, "too many open files");
        });
    });
    CHECK(result.failed == 1);
    CHECK(result.done + result.deferred == 0);
    CHECK(fleet.notes.items.front().error.find("too many open files") != std::string::npos);
    // The new pair is still in use there, and so it is neither rejected nor recorded as active.
    auto there = fleet.number_on_unit("u1", "online");
    CHECK(there != before);
    CHECK(fleet.number("u1/online") == before);
    auto slot = store::find_slot(fleet.home.store(), *SlotName::parse("u1/online"));
    auto states = [&] {
        std::map<std::string, store::CertificateState> found;
        for (const auto& each : store::history_of(fleet.home.store(), slot->id)) found[each.facts.number] = each.state;
        return found;
    };
    CHECK(states()[there] == store::CertificateState::pending);
    CHECK_FALSE(store::find_unit(fleet.home.store(), "u1")->offline_since);
    fleet.require_sound("u1", "online");
    fleet.require_consistent();

    change.reload = "";
    units::set(fleet.home, "u1", change, fleet.stamp());
    CHECK(fleet.run(Fleet::due()).done == 1);
    CHECK(states()[there] == store::CertificateState::rejected);
    CHECK(states()[before] == store::CertificateState::superseded);
    CHECK(fleet.number("u1/online") == fleet.number_on_unit("u1", "online"));
    fleet.require_sound("u1", "online");
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("a clock that jumped is refused, and nothing is renewed") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    auto before = fleet.number("u1/online");
    auto right = fleet.now;
    fleet.now = right - std::chrono::hours{1};
    CHECK(code_of([&] { fleet.run(Fleet::all()); }) == Code::refused);
    fleet.now = right + std::chrono::days{366};
    CHECK(code_of([&] { fleet.run(Fleet::all()); }) == Code::refused);
    CHECK(fleet.number("u1/online") == before);
    fleet.home.accept_clock(fleet.stamp());
    CHECK(fleet.run(Fleet::all()).done == 1);
}

TEST_CASE("a certificate that nobody here has seen is not overwritten") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    auto current = fleet.folder("u1") + "/online/current/";
    auto made = test::shell(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 10 -subj /CN=byhand"
        " -keyout " +
        current + "key.pem -out " + current + "cert.pem && cp " + current + "cert.pem " + current +
        "fullchain.pem && : > " + current + "chain.pem");
    REQUIRE_MESSAGE(made.code == 0, made.output);
    auto by_hand = test::content_of(current + "fullchain.pem");

    auto recorded = fleet.number("u1/online");
    CHECK(fleet.run(Fleet::all()).refused == 1);
    // That it was seen meanwhile, or is named, does not change it.
    CHECK_FALSE(units::check(fleet.home, "u1", fleet.stamp()).findings.empty());
    CHECK(fleet.run(Fleet::slot("u1/online")).refused == 1);
    CHECK(fleet.notes.items.front().error.find("--force") != std::string::npos);
    CHECK(test::content_of(current + "fullchain.pem") == by_hand);
    CHECK(fleet.number("u1/online") == recorded);

    SUBCASE("unless that is asked for") {
        auto force = Fleet::slot("u1/online");
        force.force = true;
        CHECK(fleet.run(force).done == 1);
        bool told = false;
        store::each_audit(fleet.home.store(), 0, [&](const store::AuditEntry& entry) {
            told = told || entry.action == "certificate.overwrite";
        });
        CHECK(told);
    }
    SUBCASE("or it was taken for the slot's own") {
        CHECK(units::take(fleet.home, "u1", fleet.stamp()).taken == 1);
        CHECK(fleet.number("u1/online") == fleet.number_on_unit("u1", "online"));
        CHECK(fleet.run(Fleet::slot("u1/online")).done == 1);
    }
    fleet.require_sound("u1", "online");
    CHECK(fleet.number("u1/online") == fleet.number_on_unit("u1", "online"));
    CHECK(fleet.number("u1/online") != recorded);
    fleet.require_consistent();
}

TEST_CASE("an issuer that ends first is said once, not renewed for ever") {
    Fleet fleet;
    auto dir = fleet.scratch.path();
    auto made = test::shell("cd " + dir +
                            " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
                            " -keyout ca.key -out ca.pem -subj /CN=short -addext basicConstraints=critical,CA:TRUE"
                            " -addext keyUsage=critical,keyCertSign,cRLSign -days 60");
    REQUIRE_MESSAGE(made.code == 0, made.output);
    // What openssl makes is valid from now on, so the fleet has to live now as well.
    fleet.now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    fleet.home.accept_clock(fleet.stamp());
    issuers::add(fleet.home, "short", dir + "/ca.pem", dir + "/ca.key", {}, fleet.stamp());
    issuers::set_default(fleet.home, "short", fleet.stamp());
    fleet.add("u1", {"online"});
    auto result = fleet.generate("u1");
    CHECK(result.done == 1);
    CHECK(fleet.notes.items.front().shortened.find("when issuer 'short' ends") != std::string::npos);
    CHECK(fleet.notes.items.front().warning.empty());
    auto before = fleet.number("u1/online");

    fleet.now += std::chrono::days{50};
    auto due = fleet.run(Fleet::due());
    CHECK(due.done == 0);
    CHECK(due.refused == 1);
    CHECK(fleet.number("u1/online") == before);

    fleet.rule("defaults", "outlive_issuer", "\"refuse\"");
    CHECK(fleet.run(Fleet::slot("u1/online")).refused == 1);
    CHECK(fleet.number("u1/online") == before);
}

TEST_CASE("a run that was stopped is continued by the same request, and no slot is renewed twice") {
    Fleet fleet;
    for (int i = 0; i < 6; ++i) {
        fleet.add("u" + std::to_string(i), {"online"});
        fleet.generate("u" + std::to_string(i));
    }
    class StopAfter : public renewal::Observer {
    public:
        explicit StopAfter(std::atomic<bool>& stop) : stop_(stop) {}
        void ended(const renewal::ItemResult&) override { stop_ = true; }

    private:
        std::atomic<bool>& stop_;
    };
    auto request = Fleet::all();
    request.jobs = 1;
    std::atomic<bool> stop = false;
    StopAfter observer(stop);
    auto first = renewal::run(
        fleet.home, fleet.config, request, [&] { return fleet.now; }, "a", observer, stop);
    CHECK(first.interrupted);
    CHECK(first.done >= 1);
    CHECK(first.done < 6);

    fleet.reopen();
    auto second = fleet.run(request);
    CHECK(second.run == first.run);
    CHECK(first.done + second.done == 6);
    for (int i = 0; i < 6; ++i) {
        auto slot = store::find_slot(fleet.home.store(), {"u" + std::to_string(i), "", "online"});
        CHECK(store::history_of(fleet.home.store(), slot->id).size() == 2);
        fleet.require_sound("u" + std::to_string(i), "online");
    }
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("another request takes over what a dead run left for its slots") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    std::atomic<bool> stop = true;
    auto request = Fleet::all();
    request.reason = store::Reason::migration;
    auto dead = renewal::run(
        fleet.home, fleet.config, request, [&] { return fleet.now; }, "a", fleet.notes, stop);
    CHECK(dead.interrupted);

    auto result = fleet.run(Fleet::slot("u1/online"));
    CHECK(result.done == 1);
    CHECK(result.run != dead.run);
    CHECK(fleet.notes.items.front().reason == store::Reason::migration);
    auto slot = store::find_slot(fleet.home.store(), *SlotName::parse("u1/online"));
    CHECK(store::history_of(fleet.home.store(), slot->id).size() == 2);
    fleet.require_nothing_open();
    CHECK(store::find_run(fleet.home.store(), *dead.run)->ending == "taken over");
}

TEST_CASE("while a live run holds the slot, nobody else renews it") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    fleet.generate("u1");
    std::atomic<bool> stop = true;
    auto open = renewal::run(
        fleet.home, fleet.config, Fleet::all(), [&] { return fleet.now; }, "a", fleet.notes, stop);
    auto before = fleet.number("u1/online");
    auto alive = fleet.home.lock_run(*open.run);
    REQUIRE(alive);
    auto result = fleet.run(Fleet::slot("u1/online"));
    CHECK(result.held == 1);
    CHECK(result.done == 0);
    CHECK_FALSE(result.run);
    CHECK(fleet.number("u1/online") == before);
}
