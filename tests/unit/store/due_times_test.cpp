#include "store/fleet/due_times.hpp"

#include <fmt/format.h>

#include <functional>

#include "rekey/store/fleet.hpp"
#include "store/fleet/fleet_scan.hpp"
#include "store/fleet/own_rules.hpp"
#include "store/fleet/slot_difference.hpp"
#include "store/runs/adoptions.hpp"
#include "store/runs/policy_revisions.hpp"
#include "store/sample.hpp"
#include "store/sql/settings.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

const std::string this_program = "rekey 1";
const std::string both_of_first = "unit-1/offline unit-1/online ";
const std::string whole = both_of_first + "unit-2/offline unit-2/online ";

/// All slots were judged: nothing is due before `later`. `A1`, of an issuer here, is in unit-1/online, and the same
/// certificate in unit-2/online; what is in unit-1/offline is foreign.
struct JudgedFleet : Fleet {
    static constexpr Time later = noon + 20 * day;
    Certificate own = certificate_in(online, "A1");
    Certificate copy = certificate_in(other, "A1");
    Certificate foreign;

    JudgedFleet() {
        own.issuer_id = ca.id;
        copy.issuer_id = ca.id;
        store.write([&](Transaction& transaction) {
            add_certificate(transaction, own, {der("leaf A1"), der("ca"), der("root")});
            add_certificate(transaction, copy, {der("leaf A1"), der("ca"), der("root")});
        });
        foreign = add(offline, "F1", CertificateState::foreign);
        keep(later);
    }

    /// Nothing is due, and nothing is to be found, before.
    void keep(std::optional<Time> due_at, Time now = noon) { keep(due_at, due_at.value_or(noon + 3650 * day), now); }
    void keep(std::optional<Time> due_at, Time sound_until, Time now) {
        store.write([&](Transaction& transaction) {
            begin_times(transaction, this_program, now);
            each_slot(transaction, {}, [&](const SlotStatus& status) {
                keep_times(transaction, status.slot.id, {due_at, sound_until});
            });
        });
    }
    std::string looked_at(Time now = noon, const std::string& judged_by = this_program,
                          const Selection& selection = {}) {
        std::string all;
        each_maybe_due(store, selection, judged_by, now,
                       [&](const SlotStatus& status) { all += status.slot.name.to_string() + " "; });
        return all;
    }
    std::string searched(Time now = noon, const std::string& judged_by = this_program) {
        std::string all;
        each_maybe_found(store, {}, judged_by, now,
                         [&](const SlotStatus& status) { all += status.slot.name.to_string() + " "; });
        return all;
    }
};

/// A change, and the slots that may be due after it; `searched`: those in which something may be found, if others.
struct Change {
    std::string what;
    std::function<void(JudgedFleet&, Transaction&)> make;
    std::string looked_at;
    std::optional<std::string> searched = std::nullopt;
};

const std::vector<Change>& changes_of_slots() {
    using Fleet = JudgedFleet;
    static const std::vector<Change> all{
        {"a certificate is recorded",
         [](Fleet& fleet, Transaction& transaction) {
             auto made = certificate_in(fleet.online, "B1", CertificateState::pending);
             add_certificate(transaction, made, {der("leaf B1"), der("ca"), der("root")});
         },
         "unit-1/online "},
        {"a certificate is superseded",
         [](Fleet& fleet, Transaction& transaction) {
             set_certificate_state(transaction, fleet.own.id, CertificateState::superseded, noon);
         },
         "unit-1/online "},
        {"a certificate gets another chain",
         [](Fleet& fleet, Transaction& transaction) {
             replace_chain(transaction, fleet.own.id, {der("leaf A1"), der("other ca"), der("root")});
         },
         "unit-1/online "},
        {"a certificate's issuer becomes known",
         [](Fleet& fleet, Transaction& transaction) {
             attribute_certificate(transaction, fleet.foreign.id, fleet.ca.id, {fleet.ca.id}, noon);
         },
         "unit-1/offline "},
        {"a certificate is forgotten",
         [](Fleet& fleet, Transaction& transaction) { CHECK(forget_certificate(transaction, fleet.foreign.id)); },
         "unit-1/offline "},
        {"a certificate is revoked, wherever it is recorded",
         [](Fleet& fleet, Transaction& transaction) {
             revoke(transaction, fleet.own.id, RevocationReason::key_compromise, noon);
         },
         "unit-1/online unit-2/online "},
        {"the slot is pinned",
         [](Fleet& fleet, Transaction& transaction) { set_slot_issuer(transaction, fleet.online.id, fleet.ca.id); },
         "unit-1/online "},
        {"the slot gets an identity",
         [](Fleet& fleet, Transaction& transaction) {
             set_slot_identity(transaction, fleet.online.id, Identity{"CN=x", {"dns:x"}});
         },
         "unit-1/online "},
        {"the slot gets rules of its own",
         [](Fleet& fleet, Transaction& transaction) {
             set_slot_rules(transaction, fleet.online.id, {{"key", {"ec-p384"}}});
         },
         "unit-1/online "},
        {"a slot is added",
         [](Fleet& fleet, Transaction& transaction) { ensure_slot(transaction, fleet.second, "main", "iam"); },
         "unit-2/main/iam "},
        {"a found place is declared",
         [](Fleet& fleet, Transaction& transaction) {
             ensure_found(transaction, fleet.second, "", "web");
             ensure_slot(transaction, fleet.second, "", "web");
         },
         "unit-2/web "},
        {"an item holds the slot",
         [](Fleet& fleet, Transaction& transaction) {
             auto item = fleet.item_for(fleet.online);
             add_item(transaction, item);
         },
         "unit-1/online ", ""},
        {"an adoption is under way",
         [](Fleet& fleet, Transaction& transaction) {
             AdoptionRecord adoption;
             adoption.slot_id = fleet.offline.id;
             begin_adoption(transaction, adoption);
         },
         "unit-1/offline ", ""},
        {"the unit gets a label",
         [](Fleet& fleet, Transaction& transaction) {
             fleet.first.labels["ring"] = "1";
             update_unit(transaction, fleet.first);
         },
         both_of_first},
        {"the unit loses its labels",
         [](Fleet& fleet, Transaction& transaction) {
             fleet.first.labels.clear();
             update_unit(transaction, fleet.first);
         },
         both_of_first},
        {"the unit gets rules of its own",
         [](Fleet& fleet, Transaction& transaction) {
             fleet.first.rules = {{"key", {"ec-p384"}}};
             update_unit(transaction, fleet.first);
         },
         both_of_first},
        {"the unit gets another name",
         [](Fleet& fleet, Transaction& transaction) { rename_unit(transaction, fleet.first, "unit-0"); },
         "unit-0/offline unit-0/online "},
        {"the unit is removed",
         [](Fleet& fleet, Transaction& transaction) {
             fleet.first.removed_at = noon;
             update_unit(transaction, fleet.first);
         },
         ""},
        {"the unit is removed, and comes back",
         [](Fleet& fleet, Transaction& transaction) {
             fleet.first.removed_at = noon;
             update_unit(transaction, fleet.first);
             fleet.first.removed_at.reset();
             update_unit(transaction, fleet.first);
         },
         both_of_first},
        {"what is seen of a unit",
         [](Fleet& fleet, Transaction& transaction) {
             fleet.first.seen_at = noon;
             fleet.first.offline_since = noon;
             fleet.first.next_attempt = noon + day;
             fleet.first.reload = "true";
             update_unit(transaction, fleet.first);
             set_slot_probe(transaction, fleet.online.id, "host:443");
             set_slot_difference(transaction, fleet.online.id, SlotDifference{"A1", "is empty", true});
             set_setting(transaction, "last_time", "2030-01-01T00:00:00Z");
         },
         "", "unit-1/online "},
    };
    return all;
}

const std::vector<Change>& changes_of_home() {
    using Fleet = JudgedFleet;
    static const std::vector<Change> all{
        {"a policy is loaded",
         [](Fleet&, Transaction& transaction) {
             add_policy_revision(transaction, "", {noon, "alice@host"}, "");
         },
         whole},
        {"the organization is named",
         [](Fleet&, Transaction& transaction) { set_setting(transaction, "organization", "Fleet"); }, whole},
        {"there is a default issuer",
         [](Fleet& fleet, Transaction& transaction) { set_setting(transaction, "default_issuer", fleet.ca.name); },
         whole},
        {"an issuer is added",
         [](Fleet&, Transaction& transaction) {
             auto added = issuer_named("second");
             add_issuer(transaction, added);
         },
         whole},
        {"an issuer gets another name",
         [](Fleet& fleet, Transaction& transaction) { rename_issuer(transaction, fleet.ca, "renamed"); }, whole},
        {"an issuer is removed",
         [](Fleet& fleet, Transaction& transaction) { remove_issuer(transaction, fleet.ca, noon); }, whole},
        {"an issuer gets another chain",
         [](Fleet& fleet, Transaction& transaction) {
             fleet.ca.chain.back() = der("another root");
             replace_issuer_chain(transaction, fleet.ca, noon);
         },
         whole},
    };
    return all;
}

void require_looked_at(const std::vector<Change>& changes) {
    for (const auto& change : changes) {
        INFO(change.what);
        JudgedFleet fleet;
        REQUIRE(fleet.looked_at().empty());
        REQUIRE(fleet.searched().empty());
        fleet.store.write([&](Transaction& transaction) { change.make(fleet, transaction); });
        CHECK(fleet.looked_at() == change.looked_at);
        CHECK(fleet.searched() == change.searched.value_or(change.looked_at));
    }
}

}  // namespace

TEST_CASE("a judgement is void once anything changes that it was made from, and others are not") {
    require_looked_at(changes_of_slots());
}

TEST_CASE("what concerns every slot makes all judgements void") { require_looked_at(changes_of_home()); }

TEST_CASE("a slot is looked at from the time on that is kept") {
    JudgedFleet fleet;
    CHECK(fleet.looked_at(fleet.later - Seconds{1}).empty());
    CHECK(fleet.looked_at(fleet.later) == whole);
    CHECK(fleet.looked_at(fleet.later, this_program, {"unit-2"}) == "unit-2/offline unit-2/online ");
    fleet.keep(std::nullopt);
    CHECK(fleet.looked_at(fleet.later).empty());
}

TEST_CASE("findings are looked for from another time on than what is due") {
    JudgedFleet fleet;
    fleet.keep(fleet.later, noon + day, noon);
    CHECK(fleet.searched(noon + day - Seconds{1}).empty());
    CHECK(fleet.searched(noon + day) == whole);
    CHECK(fleet.looked_at(noon + day).empty());
    fleet.keep(noon, noon + day, noon);
    CHECK(fleet.searched().empty());
    CHECK(fleet.looked_at() == whole);
}

TEST_CASE("before the last judgement, every slot is searched, as what is valid by now may not have been") {
    JudgedFleet fleet;
    auto next = noon + 2 * day;
    fleet.keep(fleet.later, next);
    CHECK(fleet.searched(next).empty());
    CHECK(fleet.searched(next - Seconds{1}) == whole);
    CHECK(fleet.looked_at(next - Seconds{1}).empty());
    CHECK(fleet.searched(next, "rekey 2") == whole);
    CHECK(fleet.searched(noon + longest_belief) == whole);
}

TEST_CASE("slots that nothing is kept of are listed to be judged, and judged once") {
    JudgedFleet fleet;
    auto unjudged = [&](const std::string& judged_by = this_program, const Selection& selection = {}) {
        return unjudged_slots(fleet.store, selection, judged_by, noon);
    };
    CHECK(unjudged().empty());
    CHECK_FALSE(find_unjudged(fleet.store, fleet.online.id));
    CHECK(unjudged("rekey 2").size() == 4);
    CHECK(unjudged("rekey 2", {"unit-1"}) == std::vector{fleet.online.id, fleet.offline.id});
    fleet.store.write([&](Transaction& transaction) { set_slot_rules(transaction, fleet.online.id, {}); });
    CHECK(unjudged() == std::vector{fleet.online.id});
    CHECK(unjudged(this_program, {"unit-2"}).empty());
    auto found = find_unjudged(fleet.store, fleet.online.id);
    REQUIRE(found);
    CHECK(found->slot.name == fleet.online.name);
    CHECK(found->labels == fleet.first.labels);
    REQUIRE(found->in_use);
    CHECK(found->in_use->facts.number == "A1");
    fleet.store.write([&](Transaction& transaction) {
        begin_times(transaction, this_program, noon);
        keep_times(transaction, fleet.online.id, {std::nullopt, fleet.later});
    });
    CHECK(unjudged().empty());
}

TEST_CASE("units are told with the slots that are sound, and those that are silent alone") {
    JudgedFleet fleet;
    fleet.store.write([&](Transaction& transaction) {
        set_slot_rules(transaction, fleet.online.id, {});
        fleet.second.seen_at = noon + 5 * day;
        update_unit(transaction, fleet.second);
    });
    const auto ends = fleet.own.facts.not_after;
    auto told = [&](std::optional<Time> silent_since, const std::string& judged_by = this_program) {
        std::string all;
        scan_units(fleet.store, {.which = {}, .silent_since = silent_since, .judged_by = judged_by, .now = noon},
                   [&](const UnitStatus& status) {
                       all += status.unit.name + ":";
                       for (const auto& slot : status.slots) {
                           all += slot.sound ? "+" : "-";
                           // Of what is sound, no certificate is read but its end.
                           CHECK_FALSE((slot.sound && slot.status.in_use));
                           const auto& name = slot.status.slot.name;
                           CHECK(slot.active_until.has_value() == (name.type == "online"));
                           CHECK(slot.active_until.value_or(ends) == ends);
                       }
                       all += " ";
                   });
        return all;
    };
    CHECK(told({}) == "unit-1:+- unit-2:++ ");
    CHECK(told({}, "") == "unit-1:-- unit-2:-- ");
    CHECK(told({}, "rekey 2") == "unit-1:-- unit-2:-- ");
    CHECK(told(noon - Seconds{1}) == "");
    CHECK(told(noon) == "unit-1:+- ");
    CHECK(told(noon + 5 * day) == "unit-1:+- unit-2:++ ");
    fleet.store.write([&](Transaction& transaction) {
        fleet.second.offline_since = noon;
        update_unit(transaction, fleet.second);
    });
    CHECK(told(noon - Seconds{1}) == "unit-2:++ ");
}

TEST_CASE("other programs, and times that are far away, believe nothing that was judged") {
    JudgedFleet fleet;
    CHECK(fleet.looked_at(noon, "rekey 2") == whole);
    CHECK(fleet.looked_at(noon - Seconds{1}) == whole);
    fleet.keep(std::nullopt);
    CHECK(fleet.looked_at(noon + longest_belief - Seconds{1}).empty());
    CHECK(fleet.looked_at(noon + longest_belief) == whole);
    fleet.keep(std::nullopt, noon + longest_belief);
    CHECK(fleet.looked_at(noon + longest_belief).empty());
    fleet.store.write([&](Transaction& transaction) { begin_times(transaction, "rekey 2", noon); });
    CHECK(fleet.looked_at(noon, "rekey 2") == whole);
    CHECK(fleet.looked_at(noon) == whole);
}

TEST_CASE("of many slots, only those that may be due are read") {
    JudgedFleet fleet;
    fleet.scratch.sql(
        fmt::format("WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 50000) "
                    "INSERT INTO slots(unit_id, node, type) SELECT {}, '', printf('t%05d', i) FROM n",
                    fleet.second.id));
    auto count_looked_at = [&](const Selection& selection = {}) {
        int looked_at = 0;
        each_maybe_due(fleet.store, selection, this_program, noon, [&](const SlotStatus&) { ++looked_at; });
        return looked_at;
    };
    CHECK(count_looked_at() == 50'000);
    CHECK(count_looked_at({"unit-1"}) == 0);
    fleet.store.write([&](Transaction& transaction) { ensure_slot(transaction, fleet.second, "", "one-more"); });
    // Too many to be put in order: they are met on the way through the fleet.
    CHECK(count_looked_at() == 50'001);
    CHECK(count_looked_at({"unit-1"}) == 0);
    fleet.scratch.sql(fmt::format("UPDATE slots SET due_by = (SELECT generation FROM due_basis), due_at = {}",
                                  unix_seconds(fleet.later)));
    CHECK(count_looked_at() == 0);
    fleet.store.write([&](Transaction& transaction) { set_slot_rules(transaction, fleet.online.id, {}); });
    CHECK(count_looked_at() == 1);
    auto plan_of = [&](Candidates which) {
        auto text = fleet.scratch.sql("EXPLAIN QUERY PLAN " + select_candidates(which, "UNION ALL"));
        // Whether SQLite knows that an index has all that is asked for depends on its version.
        constexpr std::string_view covering = "COVERING ";
        for (auto at = text.find(covering); at != std::string::npos; at = text.find(covering))
            text.erase(at, covering.size());
        return text;
    };
    auto plan = plan_of(Candidates::due);
    CHECK_MESSAGE(contains(plan, "SEARCH slots USING INDEX slots_due (due_by=? AND due_at<?)"), plan);
    CHECK_MESSAGE(contains(plan, "USING INDEX items_holding"), plan);
    CHECK_MESSAGE(!contains(plan, "SCAN slots"), plan);
    plan = plan_of(Candidates::found);
    CHECK_MESSAGE(contains(plan, "SEARCH slots USING INDEX slots_sound (due_by=? AND sound_until<?)"), plan);
    CHECK_MESSAGE(contains(plan, "SCAN slots USING INDEX slots_differing"), plan);
    CHECK(fleet.store.problems().empty());
}

TEST_CASE("somebody has decided for every column of a slot whether it makes anything due") {
    JudgedFleet fleet;
    // The first three lines are in the trigger `due_slot_changed` (a new row was never judged, so `id` need not be);
    // what is in the fourth is seen of the slot, and makes nothing due.
    CHECK(fleet.scratch.sql("SELECT name FROM pragma_table_info('slots') WHERE name NOT IN ("
                            "'id', 'unit_id', 'node', 'type', 'issuer_id', 'declared', 'rules', "
                            "'identity_subject', 'identity_sans', 'identity_more', 'due_at', 'due_by', "
                            "'sound_until', 'keeps_mode', 'probe', 'difference', 'difference_of', 'holds_nothing')") ==
          "");
}
