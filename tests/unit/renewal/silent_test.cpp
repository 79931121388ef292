#include <atomic>

#include "crypto/certificates/request.hpp"
#include "fleet.hpp"
#include "rekey/base/base.hpp"
#include "strange_driver.hpp"
#include "units/connect/connect.hpp"

using namespace rekey;
using test::Fleet;
using test::Gate;
using test::StrangeDriver;

namespace {

/// Those with `hang` in their name wait at the gate before `call`; what they are asked after it is counted.
struct Hanging {
    std::string call;
    std::shared_ptr<Gate> gate = std::make_shared<Gate>();
    std::shared_ptr<std::atomic<int>> calls_after = std::make_shared<std::atomic<int>>(0);

    std::unique_ptr<units::Driver> operator()(const std::string& address) const {
        if (address.find("hang") == std::string::npos) return units::connect(address);
        auto once = std::make_shared<bool>(false);
        // What is asked on the way back is only asked where something failed before.
        auto fails = std::make_shared<bool>(call == "revert" || call == "discard");
        auto before = [call = call, gate = gate, calls_after = calls_after, once, fails](const std::string& now) {
            if (now == "end") return *once ? gate->leave() : void();
            if (*once) ++*calls_after;
            if (now == "reload" && std::exchange(*fails, false)) throw Error(Code::failed, "no such service");
            if (now != call || *once) return;
            *once = true;
            gate->wait();
        };
        if (call == "connect") before(call);
        return std::make_unique<StrangeDriver>(units::connect(address), before);
    }
};

void make_units(Fleet& fleet, const std::string& name, int count) {
    for (int i = 0; i < count; ++i) {
        fleet.add(name + std::to_string(i), {"online"});
        fleet.generate(name + std::to_string(i));
    }
}

renewal::Request impatient() {
    auto request = Fleet::all();
    request.reason = store::Reason::audit;
    request.jobs = 2;
    request.deadline = std::chrono::seconds{2};
    return request;
}

}  // namespace

TEST_CASE("units that hang are given up, hold up nobody, and do no harm when they wake") {
    for (std::string call : {"connect", "read", "create_key", "apply", "reload", "confirm", "revert", "discard"}) {
        for (bool wakes_after_rerun : {false, true}) {
            CAPTURE(call);
            CAPTURE(wakes_after_rerun);
            Fleet fleet;
            make_units(fleet, "hang", 3);
            make_units(fleet, "good", 6);
            Hanging hanging{call};
            auto result = fleet.run(impatient(), hanging);
            CHECK(hanging.gate->waiting() == 3);
            CHECK(fleet.notes.given_up.size() == 3);
            for (int i = 0; i < 6; ++i)
                CHECK(fleet.notes.with("renewed").contains("good" + std::to_string(i) + "/online"));
            CHECK(result.done == 6);
            CHECK(result.deferred == 3);
            CHECK_FALSE(result.interrupted);
            auto unit = store::find_unit(fleet.home.store(), "hang0");
            CHECK(unit->offline_cause == "did not answer within 2s");
            REQUIRE(unit->next_attempt);
            fleet.require_nothing_open();
            if (!wakes_after_rerun) {
                hanging.gate->open();
                hanging.gate->await_left(3);
            }
            fleet.now = *unit->next_attempt + std::chrono::minutes{10};
            auto again = fleet.run(Fleet::due());
            CHECK(again.done == 3);
            CHECK(again.deferred == 0);
            std::size_t taken_back = call == "revert" || call == "discard" ? 1 : 0;
            if (wakes_after_rerun) {
                hanging.gate->open();
                hanging.gate->await_left(3);
            }
            CHECK(*hanging.calls_after == 0);
            for (std::string name : {"hang0", "hang1", "hang2"}) {
                fleet.require_sound(name, "online");
                CHECK(fleet.number(name + "/online") == fleet.number_on_unit(name, "online"));
                auto slot = store::find_slot(fleet.home.store(), {name, "", "online"});
                CHECK(store::history_of(fleet.home.store(), slot->id).size() == 2 + taken_back);
                CHECK(units::verify(fleet.home.store(), name, fleet.now).findings.empty());
            }
            fleet.require_consistent();
            // The next renewal works as ever.
            CHECK(fleet.run(Fleet::all()).done == 9);
        }
    }
}

TEST_CASE("while units hang, others have their place, so that more hang at once than are worked on at once") {
    Fleet fleet;
    make_units(fleet, "hang", 10);
    make_units(fleet, "good", 5);
    Hanging hanging{"read"};
    class AtFirst : public renewal::Observer {
    public:
        explicit AtFirst(Gate& gate) : gate_(gate) {}
        void ended(const renewal::ItemResult&) override {}
        void gave_up(const std::string&) override { waiting = std::min(waiting, gate_.waiting()); }
        int waiting = 1000;

    private:
        Gate& gate_;
    };
    AtFirst observer(*hanging.gate);
    auto request = impatient();
    request.jobs = 5;
    request.deadline = std::chrono::seconds{4};
    std::atomic<bool> stop = false;
    auto result = renewal::run_with(
        fleet.home, fleet.config, request, [&] { return fleet.now; }, "a", observer, stop, hanging);
    CHECK(result.done == 5);
    CHECK(result.deferred == 10);
    CHECK(observer.waiting == 10);
    hanging.gate->open();
    hanging.gate->await_left(10);
}

TEST_CASE("a run that is stopped while units hang ends after the deadline, and the same request does the rest") {
    Fleet fleet;
    make_units(fleet, "hang", 1);
    make_units(fleet, "good", 4);
    Hanging hanging{"read"};
    class StopAtOnce : public renewal::Observer {
    public:
        explicit StopAtOnce(std::atomic<bool>& stop) : stop_(stop) {}
        void ended(const renewal::ItemResult&) override { stop_ = true; }
        void stopping() override { ++told; }
        int told = 0;

    private:
        std::atomic<bool>& stop_;
    };
    std::atomic<bool> stop = false;
    StopAtOnce observer(stop);
    auto first = renewal::run_with(
        fleet.home, fleet.config, impatient(), [&] { return fleet.now; }, "a", observer, stop, hanging);
    CHECK(observer.told == 1);
    CHECK(first.deferred == 1);
    auto second = fleet.run(impatient());
    CHECK(first.done + second.done == 5);
    hanging.gate->open();
    hanging.gate->await_left(1);
    fleet.require_consistent();
    fleet.require_nothing_open();
}

TEST_CASE("units that lie or break are named, and stop nobody") {
    Fleet fleet;
    std::vector<std::string> strange{"liar", "mixer", "mute", "broken", "babbler"};
    for (const auto& name : strange) make_units(fleet, name, 1);
    make_units(fleet, "good", 4);
    std::map<std::string, std::string> before;
    for (const auto& name : strange) before[name] = fleet.number(name + "0/online");

    class Liar : public StrangeDriver {
    public:
        Liar(const std::string& address, std::string kind)
            : StrangeDriver(units::connect(address), [](const std::string&) {}), kind_(std::move(kind)) {}
        Bytes create_key(const units::SlotPath& place, const units::KeySpec& spec) override {
            if (kind_ == "broken") throw std::runtime_error("wires crossed");
            if (kind_ == "babbler") return Bytes(1000, 0x30);
            auto request = StrangeDriver::create_key(place, spec);
            if (kind_ == "mixer") request.back() ^= 1;
            return request;
        }
        void apply(const units::SlotPath& place, const units::Delivery& delivery) override {
            if (kind_ == "liar") return;
            if (kind_ == "mute") throw Error(Code::unreachable, "the line is dead");
            StrangeDriver::apply(place, delivery);
        }

    private:
        std::string kind_;
    };
    auto result = fleet.run(Fleet::all(), [&](const std::string& address) -> std::unique_ptr<units::Driver> {
        for (const auto& kind : strange)
            if (address.find("/" + kind) != std::string::npos) return std::make_unique<Liar>(address, kind);
        return units::connect(address);
    });
    CHECK(result.done == 4);
    CHECK(result.failed + result.refused == 4);
    CHECK(result.deferred == 1);
    CHECK(fleet.notes.with("deferred") == std::set<std::string>{"mute0/online"});
    for (const auto& item : fleet.notes.items) {
        if (item.slot.unit == "broken0") CHECK(item.error.find("wires crossed") != std::string::npos);
        if (item.slot.unit == "liar0") CHECK(item.error.find("holds another one") != std::string::npos);
    }
    for (const auto& name : strange) {
        fleet.require_sound(name + "0", "online");
        CHECK(fleet.number(name + "0/online") == before[name]);
        CHECK(fleet.number_on_unit(name + "0", "online") == before[name]);
    }
    fleet.require_consistent();
    fleet.require_nothing_open();
    fleet.now += std::chrono::hours{1};
    CHECK(fleet.run(Fleet::all()).done == 9);
}

TEST_CASE("a unit that nobody may connect to is told as refused, not as offline") {
    Fleet fleet;
    make_units(fleet, "changed", 1);
    make_units(fleet, "good", 2);
    auto before = fleet.number("changed0/online");
    auto result = fleet.run(Fleet::all(), [](const std::string& address) {
        if (address.find("/changed") != std::string::npos)
            throw Error(Code::refused, "the host shows another key", "find out why");
        return units::connect(address);
    });
    CHECK(result.done == 2);
    CHECK(result.refused == 1);
    CHECK(result.deferred == 0);
    CHECK(fleet.notes.with("refused") == std::set<std::string>{"changed0/online"});
    CHECK_FALSE(store::find_unit(fleet.home.store(), "changed0")->offline_since);
    CHECK(fleet.number("changed0/online") == before);
    CHECK(fleet.number_on_unit("changed0", "online") == before);
    fleet.require_consistent();
    fleet.require_nothing_open();
    CHECK(fleet.run(Fleet::all()).done == 3);
}
