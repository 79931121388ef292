#include "rekey/store/fleet.hpp"
#include "store/audit/action_counts.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/certificates/certificates.hpp"
#include "store/fleet/units_and_slots.hpp"
#include "store/runs/items.hpp"
#include "store/runs/runs.hpp"
#include "store/sample.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

namespace {

/// Numbers of the entries that the filter keeps, as "1 3 ".
std::string entries(Store& store, const HistoryFilter& filter, std::int64_t after = 0) {
    std::string found;
    each_audit(store, filter, after, [&](const AuditEntry& entry) { found += std::to_string(entry.seq) + " "; });
    return found;
}

/// A trail of six entries, a day apart.
struct Trail {
    StoreFolder scratch;
    Store store = scratch.create();

    Trail() {
        add(0, "alice@here", "unit.add", "pump");
        add(1, "alice@there", "certificate.renew", "pump/online", {{"reason", "expiry"}});
        add(2, "alicia@here", "certificate.renew", "pump-2/online", {{"reason", "compromise"}});
        add(3, "alice", "tenant.add", "pump");
        add(4, "bob@here", "certificate.renew", "pump/main/iam", {{"reason", "expiry"}});
        add(5, "bob@here", "certificate.renew", "pumpe", {{"reason", ""}});
    }

    void add(int days, const std::string& actor, const std::string& action, const std::string& subject,
             const AuditDetail& detail = {}) {
        store.write([&](Transaction& transaction) {
            audit(transaction, {noon + days * day, actor}, action, subject, detail);
        });
    }
};

struct Renewed : Fleet {
    void renew(const Slot& slot, const std::string& number, Time at, const std::string& actor, Reason reason) {
        Certificate made = certificate_in(slot, number, CertificateState::pending);
        made.recorded_at = at;
        made.actor = actor;
        made.reason = reason;
        store.write([&](Transaction& transaction) {
            add_certificate(transaction, made, {der("leaf " + number), der("ca"), der("root")});
            Item item = item_for(slot);
            item.outcome = Outcome::renewed;
            item.reason = reason;
            item.new_certificate_id = made.id;
            add_item(transaction, item);
        });
    }
    std::string numbers(const Selection& which, const HistoryFilter& filter) {
        std::string found;
        each_history_entry(store, which, filter,
                           [&](const HistoryEntry& entry) { found += entry.certificate.facts.number + " "; });
        return found;
    }
};

}  // namespace

TEST_CASE("the trail is narrowed by time, actor, unit and reason") {
    Trail trail;
    auto& store = trail.store;
    CHECK(entries(store, {}) == "1 2 3 4 5 6 ");
    CHECK(entries(store, {}, 4) == "5 6 ");
    // The first instant is in, the last is not.
    CHECK(entries(store, {.since = noon + day, .until = noon + 3 * day}) == "2 3 ");
    CHECK(entries(store, {.since = noon + day}, 2) == "3 4 5 6 ");
    CHECK(entries(store, {.actor = "alice"}) == "1 2 4 ");
    CHECK(entries(store, {.actor = "alice@here"}) == "1 ");
    CHECK(entries(store, {.actor = "alice@"}) == "");
    // Slots go with their unit; a tenant of that name and other units do not.
    CHECK(entries(store, {.unit = "pump"}) == "1 2 5 ");
    CHECK(entries(store, {.reason = "expiry"}) == "2 5 ");
    CHECK(entries(store, {.since = noon + 2 * day, .actor = "bob", .unit = "pump", .reason = "expiry"}) == "5 ");
}

TEST_CASE("a reason is found however it is written, and where it is the entry's own") {
    Trail trail;
    auto& store = trail.store;
    trail.add(6, "bob", "credential.rotate", "acme", {{"reason", R"(a "new" key \o/)"}});
    trail.add(7, "bob", "credential.rotate", "acme", {{"why", R"("reason":"manual")"}, {"reason", "a"}});
    trail.add(8, "bob", "unit.set", "pump", {{"labels", AuditDetail{{"reason", "manual"}}}});
    CHECK(entries(store, {.reason = "compromise"}) == "3 ");
    CHECK(entries(store, {.since = noon, .actor = "alicia", .unit = "pump-2", .reason = "compromise"}) == "3 ");
    CHECK(entries(store, {.reason = R"(a "new" key \o/)"}) == "7 ");
    CHECK(entries(store, {.reason = "a"}) == "8 ");
    // A label of that name is no reason.
    CHECK(entries(store, {.reason = "manual"}) == "");
    CHECK(entries(store, {.reason = "\""}) == "");
    CHECK(trail.scratch.sql("PRAGMA integrity_check") == "ok");
    CHECK(verify_audit(store).problems.empty());
}

TEST_CASE("the last entry of the home itself, whatever a unit is called") {
    Trail trail;
    CHECK_FALSE(last_audit(trail.store, "home.backup"));
    trail.add(6, "bob", "home.backup", "home");
    trail.add(7, "bob", "home.backup", "home");
    trail.add(8, "bob", "unit.set", "home");
    CHECK(last_audit(trail.store, "home.backup") == noon + 7 * day);
}

TEST_CASE("entries are counted by action, from a moment on") {
    Trail trail;
    auto counted = [&](Time since) {
        std::string found;
        each_action_count(trail.store, since, [&](const std::string& action, std::int64_t count) {
            found += action + ":" + std::to_string(count) + " ";
        });
        return found;
    };
    CHECK(counted(noon) == "certificate.renew:4 tenant.add:1 unit.add:1 ");
    // That second itself counts.
    CHECK(counted(noon + 4 * day) == "certificate.renew:2 ");
    CHECK(counted(noon + 6 * day) == "");
    CHECK(verify_audit(trail.store).head_seq == 6);
}

TEST_CASE("an entry whose detail was damaged is no error in the history") {
    Trail trail;
    trail.scratch.sql("UPDATE audit SET detail = '{' WHERE seq = 2");
    CHECK(entries(trail.store, {.reason = "expiry"}) == "5 ");
    CHECK(entries(trail.store, {.unit = "pump"}) == "1 2 5 ");
}

TEST_CASE("what is asked of a long history is found by index") {
    Trail trail;
    const std::string reason_key = R"(CASE WHEN instr(detail, '"reason":"') > 0 THEN substr()"
                                   R"(substr(detail, instr(detail, '"reason":"') + 10), 1, )"
                                   R"(instr(substr(detail, instr(detail, '"reason":"') + 10), '"') - 1) END)";
    auto plan = [&](const std::string& condition) {
        return trail.scratch.sql(
            "EXPLAIN QUERY PLAN SELECT seq FROM audit WHERE seq > 0 AND seq IN (SELECT seq FROM audit WHERE 1 = 1 "
            "AND " +
            condition + ") ORDER BY seq");
    };
    for (const auto& [condition, index] : std::initializer_list<std::pair<std::string, std::string>>{
             {"at >= 5 AND at < 9", "audit_at (at>? AND at<?)"},
             {"(actor = 'a' OR (actor >= 'a@' AND actor < 'aA'))", "audit_actor (actor=?)"},
             {reason_key + " NOT IN ('', 'expiry') AND " + reason_key + " = 'a'", "audit_reason (<expr>=?)"},
             {"at >= 5 AND (actor = 'a' OR (actor >= 'a@' AND actor < 'aA')) AND " + reason_key +
                  " NOT IN ('', 'expiry') AND " + reason_key + " = 'a'",
              "audit_reason (<expr>=?)"},
             {"(subject = 'a' OR (subject >= 'a/' AND subject < 'a0'))", "audit_subject (subject>? AND subject<?)"}}) {
        auto steps = plan(condition);
        INFO(steps);
        CHECK(contains(steps, index));
        CHECK_FALSE(contains(steps, "SCAN"));
        CHECK_FALSE(contains(steps, "TEMP B-TREE"));
    }
    CHECK(contains(trail.scratch.sql("EXPLAIN QUERY PLAN SELECT at FROM audit WHERE subject = 'home' AND "
                                     "action = 'home.backup' ORDER BY seq DESC LIMIT 1"),
                   "audit_subject (subject=?)"));
    auto fleet = trail.scratch.sql(
        "EXPLAIN QUERY PLAN SELECT c.id FROM certificates c INDEXED BY certificates_recorded CROSS JOIN slots s "
        "CROSS JOIN units u WHERE s.id = c.slot_id AND u.id = s.unit_id AND c.recorded_at >= 5 "
        "ORDER BY c.recorded_at, c.id");
    CHECK(contains(fleet, "certificates_recorded (recorded_at>?)"));
    CHECK_FALSE(contains(fleet, "TEMP B-TREE"));
    CHECK(contains(trail.scratch.sql("EXPLAIN QUERY PLAN SELECT id FROM runs WHERE EXISTS(SELECT 1 FROM items i "
                                     "WHERE i.run_id = runs.id AND i.reason = 'expiry')"),
                   "items_reason (run_id=? AND reason=?)"));
}

TEST_CASE("the history of the fleet tells of every renewal, also of what was removed since") {
    Renewed fleet;
    fleet.renew(fleet.online, "A1", noon, "alice@host", Reason::expiry);
    fleet.renew(fleet.other, "B1", noon + day, "bob@host", Reason::compromise);
    fleet.renew(fleet.offline, "C1", noon + 2 * day, "bob@host", Reason::expiry);
    fleet.second.removed_at = noon + 3 * day;
    fleet.store.write([&](Transaction& transaction) { update_unit(transaction, fleet.second); });
    CHECK(fleet.numbers({}, {}) == "A1 B1 C1 ");
    CHECK(fleet.numbers({"unit-1"}, {}) == "A1 C1 ");
    CHECK(fleet.numbers({"unit-2"}, {}) == "B1 ");
    CHECK(fleet.numbers({"unit-1/online"}, {}) == "A1 ");
    CHECK(fleet.numbers({"unit-*"}, {.since = noon + day, .actor = "bob"}) == "B1 C1 ");
    CHECK(fleet.numbers({}, {.until = noon + 2 * day, .unit = "unit-1"}) == "A1 ");
    CHECK(fleet.numbers({}, {.reason = "compromise"}) == "B1 ");
    each_history_entry(fleet.store, {}, {.reason = "compromise"},
                       [&](const HistoryEntry& entry) { CHECK(entry.run_id == fleet.run.id); });
}

TEST_CASE("runs are narrowed by time, actor, unit and reason") {
    Renewed fleet;
    fleet.renew(fleet.online, "A1", noon, "alice@host", Reason::expiry);
    Run second;
    second.command = "renew";
    second.actor = "bob@host";
    second.reason = Reason::compromise;
    second.started_at = noon + day;
    fleet.store.write([&](Transaction& transaction) { add_run(transaction, second); });
    auto runs = [&](const HistoryFilter& filter) {
        std::vector<Id> found;
        each_run(fleet.store, filter, 0, [&](const Run& run) { found.push_back(run.id); });
        return found;
    };
    const std::vector<Id> first_alone{fleet.run.id};
    const std::vector<Id> second_alone{second.id};
    CHECK(runs({}) == std::vector<Id>{second.id, fleet.run.id});
    CHECK(runs({.since = noon + day}) == second_alone);
    CHECK(runs({.until = noon + day}) == first_alone);
    CHECK(runs({.actor = "bob"}) == second_alone);
    CHECK(runs({.unit = "unit-1"}) == first_alone);
    CHECK(runs({.unit = "unit-2"}).empty());
    // The reason that was given, or that an item has.
    CHECK(runs({.reason = "compromise"}) == second_alone);
    CHECK(runs({.reason = "expiry"}) == first_alone);
}
