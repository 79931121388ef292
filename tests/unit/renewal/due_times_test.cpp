#include "store/fleet/due_times.hpp"

#include <fmt/format.h>

#include <functional>
#include <random>

#include "fleet.hpp"
#include "rekey/base/base.hpp"
#include "renewal/judgement/kept_times.hpp"
#include "renewal/plan/planner.hpp"
#include "store/fleet/fleet_scan.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/sql/query.hpp"
#include "strange_driver.hpp"
#include "units/connect/connect.hpp"

using namespace rekey;
using test::Fleet;
using test::StrangeDriver;

namespace {

using std::chrono::days;

/// A fleet that changes by chance, always the same for the same seed, through what commands call.
class ChangingFleet : public Fleet {
public:
    explicit ChangingFleet(unsigned seed) : random_(seed) {
        rule("defaults", "validity", "\"90d\"");
        rule("label.\"ring=1\"", "key", "\"ec-p384\"");
        issuers::create(home, "second", stamp());
        for (const auto& name : names_) {
            add(name, {"iam", "online"});
            generate(name);
        }
    }

    /// What `certs renew --due` would do, one line a slot; with what the store knows of due times, or without.
    std::string plan_at(Time at, bool passes_over) {
        auto policy = current_policy();
        auto request = due();
        renewal::Planner planner(home, policy, request, at);
        if (passes_over) planner.pass_over_not_due();
        std::string all;
        planner.each({}, [&](const renewal::Decision& decision) {
            const auto& planned = decision.planned;
            all += fmt::format("{} {} {}\n", planned.slot.to_string(), to_string(planned.action), planned.why);
        });
        return all;
    }
    /// What is found, how units are, and the numbers of all.
    std::string overview_at(Time at) {
        auto policy = current_policy();
        std::string all;
        renewal::each_finding(home, policy, {}, at, [&](const renewal::Finding& finding) {
            all += fmt::format("{} {}; {}\n", to_string(finding.urgency), in_words(finding), finding.remedy);
        });
        renewal::each_unit_summary(home, policy, {}, at, [&](const renewal::UnitSummary& summary) {
            all += fmt::format("{} {} at risk, until {}\n", summary.unit.name, summary.at_risk,
                               to_rfc3339(summary.must_reconnect_by.value_or(at)));
        });
        return all + renewal::metrics(home, policy, at);
    }
    /// The same, with nothing passed over.
    std::string full_overview_at(Time at) {
        name_judge("nobody");
        auto all = overview_at(at);
        name_judge(renewal::judgement());
        return all;
    }
    /// As a run does that finds nothing to renew.
    void judge_all() {
        auto few = renewal::judge_all_but_few(home, {}, now, {});
        home.store().write([&](store::Transaction& transaction) { renewal::judge(transaction, few, now); });
    }
    int count_looked_at() {
        int looked_at = 0;
        store::each_maybe_due(home.store(), {}, renewal::judgement(), now,
                              [&](const store::SlotStatus&) { ++looked_at; });
        return looked_at;
    }

    /// Says what it did; nothing where that was refused.
    std::string change() {
        const auto& changes = all_changes();
        const auto& [name, make] = changes[below(changes.size())];
        try {
            make(*this);
        } catch (const Error& refusal) {
            // What cannot be, as a slot that a run holds, changes nothing.
            if (refusal.code() == Code::failed || refusal.code() == Code::corrupt) throw;
            return {};
        }
        return name;
    }
    std::size_t below(std::size_t end) { return random_() % end; }

private:
    using Change = std::pair<std::string, std::function<void(ChangingFleet&)>>;
    static const std::vector<Change>& all_changes() {
        static const std::vector<Change> all{
            {"time goes by", [](ChangingFleet& fleet) { fleet.now += days{1 + fleet.below(20)}; }},
            {"a label is set or removed",
             [](ChangingFleet& fleet) {
                 units::UnitChange change;
                 change.labels["ring"] = fleet.one_of({"", "1", "2"});
                 units::set(fleet.home, fleet.unit(), change, fleet.stamp());
             }},
            {"a unit gets or loses a rule",
             [](ChangingFleet& fleet) {
                 units::UnitChange change;
                 change.rules["key"] = fleet.perhaps("ec-p384");
                 units::set(fleet.home, fleet.unit(), change, fleet.stamp());
             }},
            {"a slot gets or loses a rule",
             [](ChangingFleet& fleet) {
                 units::SlotChange change;
                 change.rules["san"] = fleet.perhaps("dns:other.example");
                 units::set_slot(fleet.home, fleet.slot_name(), change, fleet.stamp());
             }},
            {"a slot is pinned or set free",
             [](ChangingFleet& fleet) {
                 units::SlotChange change;
                 change.issuer = fleet.one_of({"", "local", fleet.second_});
                 units::set_slot(fleet.home, fleet.slot_name(), change, fleet.stamp());
             }},
            {"a unit is renamed",
             [](ChangingFleet& fleet) {
                 auto& name = fleet.names_[fleet.below(fleet.names_.size())];
                 name = units::rename(fleet.home, name, name + "x", fleet.stamp()).name;
             }},
            {"an issuer is renamed",
             [](ChangingFleet& fleet) {
                 auto name = fleet.second_ == "second" ? "renamed" : "second";
                 fleet.second_ = issuers::rename(fleet.home, fleet.second_, name, fleet.stamp()).name;
             }},
            {"the default issuer changes",
             [](ChangingFleet& fleet) {
                 issuers::set_default(fleet.home, fleet.one_of({"local", fleet.second_}), fleet.stamp());
             }},
            {"an issuer gets another certificate",
             [](ChangingFleet& fleet) { issuers::renew(fleet.home, "local", "", fleet.stamp()); }},
            {"policy says when",
             [](ChangingFleet& fleet) {
                 fleet.rule("defaults", "renew_before", fleet.one_of({"\"10d\"", "\"20d\"", "\"30d\""}));
             }},
            {"policy says how old",
             [](ChangingFleet& fleet) {
                 fleet.rule("defaults", "max_age", fleet.one_of({"\"40d\"", "\"60d\"", "\"80d\""}));
             }},
            {"policy names what one label has",
             [](ChangingFleet& fleet) {
                 fleet.rule("label.\"ring=1\"", "key", fleet.one_of({"\"ec-p256\"", "\"ec-p384\""}));
             }},
            {"policy asks for a label that units may lack",
             [](ChangingFleet& fleet) {
                 fleet.rule("type.iam", "subject", fleet.one_of({"\"CN={unit}\"", "\"CN={unit},OU={label.ring}\""}));
             }},
            {"a certificate is revoked",
             [](ChangingFleet& fleet) {
                 auto slot = store::find_slot(fleet.home.store(), fleet.slot_name());
                 auto in_use = slot ? store::certificate_in_use(fleet.home.store(), slot->id) : std::nullopt;
                 issuers::RevokeRequest request;
                 request.force = true;
                 if (in_use) issuers::revoke(fleet.home, *in_use, request, fleet.stamp());
             }},
            {"a slot is removed, or given again",
             [](ChangingFleet& fleet) {
                 auto name = fleet.slot_name();
                 if (store::find_slot(fleet.home.store(), name))
                     return units::remove_slot(fleet.home, name, true, fleet.stamp());
                 units::UnitChange change;
                 change.slots = {units::parse_declared(name.type, "")};
                 units::set(fleet.home, name.unit, change, fleet.stamp());
             }},
            {"a slot is renewed", [](ChangingFleet& fleet) { fleet.run(slot(fleet.slot_name().to_string())); }},
            {"a renewal is deferred",
             [](ChangingFleet& fleet) {
                 fleet.run(slot(fleet.slot_name().to_string()), [](const std::string& address) {
                     return std::make_unique<StrangeDriver>(units::connect(address), [](const std::string& call) {
                         if (call == "create_key") throw Error(Code::unreachable, "the line was cut");
                     });
                 });
             }},
            {"a unit is asked", [](ChangingFleet& fleet) { units::check(fleet.home, fleet.unit(), fleet.stamp()); }},
        };
        return all;
    }

    void name_judge(const std::string& judged_by) {
        home.store().write([&](store::Transaction& transaction) {
            store::change(transaction, "UPDATE due_basis SET judged_by = ?", judged_by);
        });
    }

    const std::string& unit() { return names_[below(names_.size())]; }
    SlotName slot_name() { return {unit(), "", one_of({"iam", "online"})}; }
    std::string one_of(const std::vector<std::string>& texts) { return texts[below(texts.size())]; }
    std::vector<std::string> perhaps(const std::string& text) {
        return below(2) == 0 ? std::vector<std::string>{} : std::vector{text};
    }

    std::mt19937 random_;
    std::vector<std::string> names_{"u1", "u2", "u3"};
    std::string second_ = "second";
};

}  // namespace

TEST_CASE("whatever changes, what is passed over is not due, and nothing is found there") {
    constexpr int steps = 80;
    ChangingFleet fleet(1);
    int made = 0;
    int passed_over = 0;  // in how many steps more than half of the slots were
    std::string before = "nothing";
    for (int step = 0; step < steps; ++step) {
        // So that most of the fleet is as it should be, and can become due.
        if (step % 2 == 0) fleet.run(Fleet::due());
        fleet.judge_all();
        if (fleet.count_looked_at() < 3) ++passed_over;
        auto what = fleet.change();
        if (!what.empty()) ++made;
        INFO("step " << step << ": " << what << ", after: " << before);
        // Today, and later while nothing else changes.
        auto later = fleet.now + days{fleet.below(30)};
        auto before_judged = fleet.now - days{1};
        for (auto at : {before_judged, fleet.now, later}) {
            REQUIRE(fleet.plan_at(at, true) == fleet.plan_at(at, false));
            REQUIRE(fleet.overview_at(at) == fleet.full_overview_at(at));
        }
        before = what;
    }
    CHECK(made > steps / 2);
    CHECK(passed_over > steps / 4);
    fleet.require_consistent();
}

TEST_CASE("a run that finds nothing due judges no slot again, until something changes") {
    Fleet fleet;
    fleet.rule("defaults", "validity", "\"90d\"");
    fleet.add("u1", {"iam", "online"});
    fleet.generate("u1");
    auto looked_at = [&](Time at) {
        std::string all;
        store::each_maybe_due(fleet.home.store(), {}, renewal::judgement(), at,
                              [&](const store::SlotStatus& status) { all += status.slot.name.to_string() + " "; });
        return all;
    };
    CHECK(looked_at(fleet.now) == "u1/iam u1/online ");
    CHECK_FALSE(fleet.run(Fleet::due()).run);
    CHECK(looked_at(fleet.now).empty());
    fleet.run(Fleet::slot("u1/online"));
    CHECK(looked_at(fleet.now) == "u1/online ");
    CHECK_FALSE(fleet.run(Fleet::due()).run);
    CHECK(looked_at(fleet.now).empty());

    // A plan writes nothing, and one by another policy looks at every slot.
    fleet.rule("defaults", "renew_before", "\"20d\"");
    int planned = 0;
    auto count = [&](const renewal::PlanEntry&) { ++planned; };
    renewal::plan(fleet.home, fleet.current_policy(), Fleet::due(), fleet.now, count);
    CHECK(planned == 0);
    CHECK(looked_at(fleet.now) == "u1/iam u1/online ");
    CHECK_FALSE(fleet.run(Fleet::due()).run);
    auto other = policy::Policy::parse("[defaults]\nkey = \"ec-p384\"\n", "other");
    renewal::plan(fleet.home, other, Fleet::due(), fleet.now, count);
    CHECK(planned == 2);
    CHECK(looked_at(fleet.now).empty());
}

TEST_CASE("of what is found, only what changed and what is due is judged again") {
    Fleet fleet;
    fleet.rule("defaults", "validity", "\"90d\"");
    fleet.add("u1", {"iam", "online"});
    fleet.generate("u1");
    auto searched = [&](Time at) {
        std::string all;
        store::each_maybe_found(fleet.home.store(), {}, renewal::judgement(), at,
                                [&](const store::SlotStatus& status) { all += status.slot.name.to_string() + " "; });
        return all;
    };
    CHECK(searched(fleet.now) == "u1/iam u1/online ");
    fleet.run(Fleet::due());
    CHECK(searched(fleet.now).empty());
    CHECK(searched(fleet.now + days{90}) == "u1/iam u1/online ");
    // What violates policy is found every time, whether it is due or not.
    fleet.rule("type.iam", "validity", "\"60d\"");
    fleet.run(Fleet::due());
    CHECK(searched(fleet.now) == "u1/iam ");
    // Reading judges, and keeps nothing.
    fleet.rule("type.iam", "validity", "\"90d\"");
    renewal::metrics(fleet.home, fleet.current_policy(), fleet.now);
    CHECK(searched(fleet.now) == "u1/iam u1/online ");
}

TEST_CASE("many slots are judged in transactions of their own, and a run that was killed has judged some") {
    constexpr std::size_t beyond = 500;
    Fleet fleet;
    fleet.add("u1", {"iam"});
    auto unit = units::get_unit(fleet.home.store(), "u1");
    fleet.home.store().write([&](store::Transaction& transaction) {
        for (std::size_t i = 1; i < renewal::most_judged_at_once + beyond; ++i)
            store::ensure_slot(transaction, unit, "", fmt::format("t{}", i));
    });
    auto unjudged = [&] {
        return store::unjudged_slots(fleet.home.store(), {}, renewal::judgement(), fleet.now).size();
    };
    std::atomic<bool> stop = true;
    CHECK_THROWS_AS(renewal::judge_all_but_few(fleet.home, {}, fleet.now, stop), Error);
    CHECK(unjudged() == renewal::most_judged_at_once + beyond);
    stop = false;
    auto rest = renewal::judge_all_but_few(fleet.home, {}, fleet.now, stop);
    CHECK(rest.size() == beyond);
    CHECK(unjudged() == beyond);
    // As few are left, they wait for the transaction of the plan.
    CHECK(renewal::judge_all_but_few(fleet.home, {}, fleet.now, stop) == rest);
    fleet.home.store().write([&](store::Transaction& transaction) { renewal::judge(transaction, rest, fleet.now); });
    CHECK(unjudged() == 0);
}
