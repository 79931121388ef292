#include "fleet.hpp"
#include "rekey/base/base.hpp"
#include "store/runs/items.hpp"
#include "strange_driver.hpp"
#include "units/connect/connect.hpp"

using namespace rekey;
using test::Fleet;
using test::StrangeDriver;

namespace {

/// Units whose line is cut before `call`.
renewal::Connect cut_before(const std::string& call) {
    return [call](const std::string& address) -> std::unique_ptr<units::Driver> {
        return std::make_unique<StrangeDriver>(units::connect(address), [call](const std::string& now) {
            if (now == call) throw Error(Code::unreachable, "the line was cut");
        });
    };
}

/// A unit with one certificate of 90 days that is due.
struct DueUnit : Fleet {
    DueUnit() {
        rule("defaults", "validity", "\"90d\"");
        add("u1", {"online"});
        generate("u1");
        now += std::chrono::days{70};
    }
    void defer_before(const std::string& call) {
        auto result = run(due(), cut_before(call));
        REQUIRE(result.deferred == 1);
        now += std::chrono::days{1};
    }
    /// By hand, valid as long as one of here, and taken.
    void replace_by_hand(const std::string& key = "ec -pkeyopt ec_paramgen_curve:P-256") {
        auto current = folder("u1") + "/online/current/";
        // Not by faketime(1), which fails where one that was killed had the same process number.
        auto made = test::shell("LD_PRELOAD=$(ls /usr/lib/*/faketime/libfaketime.so.1) FAKETIME='@" +
                                to_rfc3339(now).substr(0, 10) + " 00:00:00' openssl req -x509 -newkey " + key +
                                " -nodes -days 90 -subj /O=Example/CN=u1 -addext subjectAltName=DNS:u1 -keyout " +
                                current + "key.pem -out " + current + "cert.pem && cp " + current + "cert.pem " +
                                current + "fullchain.pem && : > " + current + "chain.pem");
        REQUIRE_MESSAGE(made.code == 0, made.output);
    }
    std::string key_on_unit() const {
        return test::shell("openssl pkey -noout -text -in " + folder("u1") + "/online/current/key.pem | grep CURVE")
            .output;
    }
    std::size_t history() {
        auto slot = store::find_slot(home.store(), {"u1", "", "online"});
        return store::history_of(home.store(), slot->id).size();
    }
};

}  // namespace

TEST_CASE("what was deferred before its key was made is planned by the rules of the day on which the unit is back") {
    DueUnit fleet;
    std::string call;
    SUBCASE("before anything") { call = "read"; }
    SUBCASE("before its key") { call = "create_key"; }
    fleet.defer_before(call);
    fleet.rule("defaults", "key", "\"ec-p384\"");
    issuers::create(fleet.home, "second", fleet.stamp());
    fleet.rule("defaults", "issuer", "\"second\"");
    CHECK(fleet.run(Fleet::due()).done == 1);
    CHECK(fleet.key_on_unit().find("P-384") != std::string::npos);
    auto issuer = test::shell("openssl x509 -noout -issuer -in " + fleet.folder("u1") + "/online/current/cert.pem");
    CHECK(issuer.output.find("rekey second") != std::string::npos);
    fleet.require_sound("u1", "online");
    CHECK(fleet.history() == 2);
    CHECK_FALSE(fleet.run(Fleet::due()).run);
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("what a later run finishes keeps the comment of the run that planned it") {
    DueUnit fleet;
    auto planned = Fleet::all();
    planned.comment = "ticket 4711";
    REQUIRE(fleet.run(planned, cut_before("create_key")).deferred == 1);
    fleet.now += std::chrono::days{1};
    auto later = Fleet::due();
    SUBCASE("by a run without a comment") {}
    SUBCASE("by a run with one of its own") { later.comment = "nightly"; }
    CHECK(fleet.run(later).done == 1);
    auto slot = store::find_slot(fleet.home.store(), {"u1", "", "online"});
    auto history = store::history_of(fleet.home.store(), slot->id);
    CHECK(history.back().comment == "ticket 4711");
    bool audited = false;
    store::each_audit(fleet.home.store(), 0, [&](const store::AuditEntry& entry) {
        if (entry.action == "certificate.renew") audited = entry.detail.find("ticket 4711") != std::string::npos;
    });
    CHECK(audited);
    fleet.require_consistent();
}

TEST_CASE("a renewal that was planned without a comment takes that of the run that finishes it") {
    DueUnit fleet;
    fleet.defer_before("create_key");
    auto later = Fleet::due();
    later.comment = "after the storm";
    CHECK(fleet.run(later).done == 1);
    auto slot = store::find_slot(fleet.home.store(), {"u1", "", "online"});
    CHECK(store::history_of(fleet.home.store(), slot->id).back().comment == "after the storm");
}

TEST_CASE("what is not due any more when the unit is back is dropped") {
    DueUnit fleet;
    fleet.defer_before("read");
    SUBCASE("the rules were changed") { fleet.rule("defaults", "renew_before", "\"1d\""); }
    SUBCASE("its certificate was renewed by name") {
        CHECK(fleet.run(Fleet::slot("u1/online")).done == 1);
        CHECK(fleet.history() == 2);
    }
    auto before = fleet.number("u1/online");
    auto result = fleet.run(Fleet::due());
    CHECK_FALSE(result.run);
    CHECK(result.done + result.deferred + result.failed + result.refused == 0);
    CHECK(fleet.number("u1/online") == before);
    auto slot = store::find_slot(fleet.home.store(), {"u1", "", "online"});
    CHECK_FALSE(store::item_holding(fleet.home.store(), slot->id));
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("what somebody asked for is done when the unit is back, due or not") {
    DueUnit fleet;
    auto request = Fleet::all();
    auto reason = store::Reason::rotation;
    // The unattended run gives these two by itself.
    SUBCASE("the key") {}
    SUBCASE("policy") { reason = store::Reason::policy; }
    SUBCASE("what was due by itself, and is asked for again") {
        fleet.defer_before("read");
        reason = store::Reason::expiry;
    }
    request.reason = reason;
    CHECK(fleet.run(request, cut_before("read")).deferred == 1);
    fleet.rule("defaults", "renew_before", "\"1d\"");
    // Neither the first unattended run forgets who asked, nor those after it.
    for (int again = 0; again < 2; ++again) {
        fleet.now += std::chrono::days{1};
        CHECK(fleet.run(Fleet::due(), cut_before("read")).deferred == 1);
    }
    fleet.now += std::chrono::days{1};
    REQUIRE(fleet.run(Fleet::due()).done == 1);
    CHECK(fleet.notes.items.front().reason == reason);
}

TEST_CASE("a certificate that was put there by hand while the unit was away is not overwritten") {
    DueUnit fleet;
    std::string call;
    SUBCASE("before its key") { call = "read"; }
    SUBCASE("before it was installed") { call = "apply"; }
    SUBCASE("before it was confirmed, and brought back") { call = "reload"; }
    fleet.defer_before(call);
    fleet.replace_by_hand();
    auto by_hand = fleet.number_on_unit("u1", "online");
    auto refused = fleet.run(Fleet::due());
    CHECK(refused.refused + refused.failed == 1);
    CHECK(fleet.number_on_unit("u1", "online") == by_hand);

    // Taken, it is what the slot has.
    CHECK(units::take(fleet.home, "u1", fleet.stamp()).taken == 1);
    CHECK(fleet.number("u1/online") == by_hand);
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("what was issued goes on as it is while it is right") {
    DueUnit fleet;
    fleet.defer_before("apply");
    auto slot = store::find_slot(fleet.home.store(), {"u1", "", "online"});
    auto item = store::item_holding(fleet.home.store(), slot->id);
    REQUIRE(item);
    CHECK(item->step == store::Step::issued);

    SUBCASE("the same") {
        CHECK(fleet.run(Fleet::due()).done == 1);
        CHECK(fleet.number("u1/online") == item->new_number);
        CHECK(fleet.history() == 2);
    }
    SUBCASE("expired meanwhile") {
        fleet.now += std::chrono::days{100};
        CHECK(fleet.run(Fleet::due()).done == 1);
        CHECK(fleet.number("u1/online") != item->new_number);
        CHECK(fleet.history() == 3);
    }
    SUBCASE("another issuer by now") {
        issuers::create(fleet.home, "second", fleet.stamp());
        fleet.rule("defaults", "issuer", "\"second\"");
        CHECK(fleet.run(Fleet::due()).done == 1);
        CHECK(fleet.number("u1/online") != item->new_number);
        CHECK(fleet.history() == 3);
    }
    CHECK(fleet.number("u1/online") == fleet.number_on_unit("u1", "online"));
    fleet.require_sound("u1", "online");
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("what was installed and then expired on a unit that was away is brought back, and made anew") {
    DueUnit fleet;
    fleet.defer_before("reload");
    fleet.now += std::chrono::days{100};
    CHECK(fleet.run(Fleet::due()).done == 1);
    CHECK(fleet.history() == 3);
    CHECK(fleet.number("u1/online") == fleet.number_on_unit("u1", "online"));
    fleet.require_sound("u1", "online");
    fleet.require_consistent();
}

TEST_CASE("nobody gives up on a unit that is away for years") {
    DueUnit fleet;
    auto away = cut_before("read");
    auto number = fleet.number("u1/online");
    int attempts = 0;
    auto back = fleet.now + std::chrono::days{800};
    while (fleet.now < back) {
        auto result = fleet.run(Fleet::due(), away);
        REQUIRE(result.deferred == 1);
        auto unit = store::find_unit(fleet.home.store(), "u1");
        ++attempts;
        REQUIRE(unit->attempts == attempts);
        REQUIRE(unit->next_attempt);
        REQUIRE(*unit->next_attempt - fleet.now <= std::chrono::hours{24});
        fleet.now = *unit->next_attempt;
    }
    CHECK(attempts > 800);
    CHECK(fleet.number("u1/online") == number);
    CHECK(fleet.run(Fleet::due()).done == 1);
    CHECK(fleet.number("u1/online") != number);
    fleet.require_sound("u1", "online");
    fleet.require_consistent();
}

TEST_CASE("an empty slot that was filled while its unit was away is left as it is") {
    Fleet fleet;
    fleet.add("u1", {"online"});
    renewal::Request request;
    request.kind = renewal::Request::Kind::generate;
    request.selection.units = {"u1"};
    CHECK(fleet.run(request, cut_before("read")).deferred == 1);
    // Another machine's work: a pair of the same layout, from elsewhere.
    fleet.add("elsewhere", {"online"});
    fleet.generate("elsewhere");
    std::filesystem::copy(fleet.folder("elsewhere") + "/online", fleet.folder("u1") + "/online",
                          std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
    units::check(fleet.home, "u1", fleet.stamp());
    auto filled = fleet.number_on_unit("u1", "online");
    auto again = fleet.run(Fleet::due());
    CHECK(again.done + again.failed + again.refused == 0);
    CHECK(fleet.number_on_unit("u1", "online") == filled);
    fleet.require_nothing_open();
}
