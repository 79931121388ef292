#include <array>
#include <filesystem>
#include <thread>

#include "rekey/store/fleet.hpp"
#include "store/certificates/revocations.hpp"
#include "store/copy.hpp"
#include "store/fleet/slot_difference.hpp"
#include "store/records/devices.hpp"
#include "store/runs/items.hpp"
#include "store/runs/notices.hpp"
#include "store/runs/policy_revisions.hpp"
#include "store/schema/migrations.hpp"
#include "store/sql/query.hpp"
#include "store/sql/settings.hpp"
#include "store/sqlite/open.hpp"
#include "store/tenant_sample.hpp"
#include "store/tenants/tenants.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;
namespace fs = std::filesystem;

namespace {

/// What a version after the first might know.
const std::array<SchemaStep, 3> later = {
    schema_steps().front(), SchemaStep{"CREATE TABLE second(x INTEGER NOT NULL) STRICT; INSERT INTO second VALUES(2);"},
    SchemaStep{"CREATE TABLE third(x INTEGER NOT NULL) STRICT; INSERT INTO third SELECT x + 1 FROM second;"}};
/// The same, whose last step fails at its end.
const std::array<SchemaStep, 3> broken = {later[0], later[1],
                                          SchemaStep{"CREATE TABLE third(x) STRICT; INSERT INTO nowhere VALUES(1);"}};

/// A home as the first version made it.
struct OldHome : StoreFolder {
    std::string backup = path + ".bak-1";
    OldHome() { WriteQuery(*as_then(), "INSERT INTO settings(name, value) VALUES('organization', 'Fleet')").run(); }
    std::unique_ptr<Connection> as_then() const {
        return open_database(path, Purpose::create, noon, schema_steps().first(1));
    }
};

}  // namespace

TEST_CASE("an older schema is brought up to date, after a backup") {
    OldHome home;
    mode_t old = ::umask(0);
    open_database(home.path, Purpose::write, noon + day, later);
    ::umask(old);
    CHECK(home.sql("PRAGMA user_version") == "3");
    CHECK(home.sql("SELECT x FROM third") == "3");
    CHECK(home.sql("SELECT version, applied_at FROM schema_steps") == "1|1800000000\n2|1800086400\n3|1800086400");
    CHECK(home.sql("SELECT value FROM settings") == "Fleet");

    REQUIRE(is_there(home.backup));
    CHECK(mode_of(home.backup) == 0600);
    CHECK(StoreFolder::sql_in(home.backup, "PRAGMA user_version; PRAGMA application_id; PRAGMA integrity_check") ==
          "1\n1380664665\nok");
    CHECK(StoreFolder::sql_in(home.backup, "SELECT value FROM settings") == "Fleet");
    CHECK_FALSE(is_there(home.path + ".bak-2"));
    CHECK_FALSE(is_there(home.backup + ".new"));

    // The backup is a home's database as it was.
    fs::rename(home.backup, home.path);
    CHECK(setting(*std::make_unique<Store>(home.open()), "organization") == "Fleet");
}

TEST_CASE("a home of the first version gets its tenants, and keeps its fleet") {
    OldHome home;
    home.sql(
        "INSERT INTO units(name, address, reload, probe, added_at, offline_cause, attempts) "
        "VALUES('unit-1', 'dir:/srv', '', '', 1, '', 0)");
    {
        Store store = Store::open(home.path, Store::Mode::write, noon + day);
        CHECK(store.problems().empty());
        CHECK(find_unit(store, "unit-1"));
        CHECK(tenants(store).empty());
        store.write([&](Transaction& transaction) {
            Tenant tenant = tenant_named("acme");
            add_tenant(transaction, tenant);
            put_devices(transaction, tenant.id, {device_with("D1")});
        });
    }
    CHECK(home.sql("PRAGMA user_version") == newest_version());
    std::string applied = "1|1800000000";
    for (std::size_t step = 2; step <= schema_steps().size(); ++step)
        applied += "\n" + std::to_string(step) + "|1800086400";
    CHECK(home.sql("SELECT version, applied_at FROM schema_steps") == applied);
    CHECK(home.sql("SELECT name, devices FROM tenants") == "acme|1");
    CHECK(StoreFolder::sql_in(home.backup, "PRAGMA user_version; PRAGMA integrity_check; SELECT name FROM units;") ==
          "1\nok\nunit-1");
    CHECK(StoreFolder::sql_in(home.backup, "SELECT count(*) FROM sqlite_schema WHERE name = 'tenants'") == "0");
    // The same schema as that of a new home.
    StoreFolder fresh;
    fresh.create();
    CHECK(home.sql(".schema") == fresh.sql(".schema"));
}

TEST_CASE("a home of the third version keeps its records, which no sync was told of yet") {
    StoreFolder home;
    {
        auto then = open_database(home.path, Purpose::create, noon, schema_steps().first(3));
        WriteQuery(*then, "INSERT INTO tenants(uid, name, created_at, devices) VALUES('u', 'acme', 1, 1)").run();
        WriteQuery(
            *then,
            "INSERT INTO devices(tenant_id, id, serial, model, family, status, attributes, first_seen, last_seen) "
            "VALUES(1, 'D1', 'S1', 'Mac', '', '', '{}', 1, 2)")
            .run();
    }
    Store store = Store::open(home.path, Store::Mode::write, noon + day);
    CHECK(store.problems().empty());
    CHECK(home.sql("PRAGMA user_version") == newest_version());
    CHECK(home.sql("SELECT id, model, last_seen, seen_in_sync, covered_by FROM devices") == "D1|Mac|2|0|0");
    CHECK(home.sql("SELECT count(*) FROM syncs") == "0");
    CHECK(StoreFolder::sql_in(home.path + ".bak-3", "PRAGMA user_version; SELECT id FROM devices") == "3\nD1");
    StoreFolder fresh;
    fresh.create();
    CHECK(home.sql(".schema syncs") == fresh.sql(".schema syncs"));
    CHECK(home.sql(".schema devices") == fresh.sql(".schema devices"));
}

TEST_CASE("the sync that last saw a device is kept under the column's new name, and found by index") {
    StoreFolder old;
    {
        auto then = open_database(old.path, Purpose::create, noon, schema_steps().first(18));
        WriteQuery(*then, "INSERT INTO tenants(uid, name, created_at, devices) VALUES('u', 'acme', 1, 2)").run();
        WriteQuery(*then,
                   "INSERT INTO devices(tenant_id, id, serial, model, family, status, attributes, first_seen, "
                   "last_seen, told_by, covered_by) VALUES(1, 'D1', 'S1', 'Mac', '', '', '{}', 1, 2, 7, 5), "
                   "(1, 'D2', 'S2', 'Mac', '', '', '{}', 1, 2, 0, 0)")
            .run();
    }
    Store store = Store::open(old.path, Store::Mode::write, noon + day);
    CHECK(old.sql("SELECT id, seen_in_sync, covered_by FROM devices") == "D1|7|5\nD2|0|0");
    CHECK(old.sql("SELECT name FROM sqlite_schema WHERE name IN ('devices_told', 'devices_seen')") == "devices_seen");
}

TEST_CASE("a unit's probe becomes its slot's, where it has one") {
    StoreFolder old;
    {
        auto then = open_database(old.path, Purpose::create, noon, schema_steps().first(12));
        for (std::string name : {"one", "two", "none"})
            WriteQuery(*then,
                       "INSERT INTO units(name, address, reload, probe, added_at, offline_cause, attempts) "
                       "VALUES(?, 'dir:/u', '', 'h:1', 1, '', 0)",
                       name)
                .run();
        for (const char* slot : {"1, '', 'a', 1", "1, '', 'found', 0", "2, '', 'a', 1", "2, '', 'b', 1"})
            WriteQuery(*then, std::string("INSERT INTO slots(unit_id, node, type, declared) SELECT ") + slot).run();
    }
    Store store = Store::open(old.path, Store::Mode::write, noon + day);
    CHECK(old.sql("SELECT name, probe FROM units") == "one|\ntwo|h:1\nnone|h:1");
    CHECK(old.sql("SELECT unit_id, type, probe FROM slots") == "1|a|h:1\n1|found|\n2|a|\n2|b|");
}

TEST_CASE("items get the comment of the run that planned them") {
    StoreFolder old;
    open_database(old.path, Purpose::create, noon, schema_steps().first(15));
    old.sql(
        "INSERT INTO units(id, name, address, reload, probe, added_at, offline_cause, attempts) "
        "VALUES(7, 'unit-1', 'dir:/srv', '', '', 1, '', 0);"
        "INSERT INTO slots(id, unit_id, node, type) VALUES(1, 7, '', 'a'), (2, 7, '', 'b');"
        "INSERT INTO runs(id, command, selection, issuer, comment, actor, started_at, ending) "
        "VALUES(5, 'renew', 'u', '', 'ticket 4711', 'a', 1, ''), (6, 'renew', '--due', '', '', 'a', 2, '');"
        "INSERT INTO items(run_id, slot_id, token, step, outcome, why, moves_slot, old_number, new_number, "
        "error, updated_at) VALUES(5, 1, 't1', 'planned', 'continued', '', 0, '', '', '', 1), "
        "(6, 1, 't1', 'planned', 'deferred', '', 0, '', '', '', 2), "
        "(6, 2, 't2', 'planned', 'deferred', '', 0, '', '', '', 2)");
    Store store = Store::open(old.path, Store::Mode::write, noon);
    CHECK(old.sql("SELECT run_id, slot_id, comment FROM items ORDER BY id") ==
          "5|1|ticket 4711\n6|1|ticket 4711\n6|2|");
    CHECK(old.sql("SELECT id, comment FROM runs ORDER BY id") == "5|ticket 4711\n6|");
}

TEST_CASE("in a home from before due times were kept, every slot is to be judged, but for those of removed units") {
    StoreFolder home;
    {
        auto then = open_database(home.path, Purpose::create, noon, schema_steps().first(18));
        for (const char* sql :
             {"INSERT INTO units(name, address, reload, probe, added_at, removed_at, offline_cause, attempts) "
              "VALUES('unit-1', '', '', '', 1, NULL, '', 0), ('unit-2', '', '', '', 1, 2, '', 0)",
              "INSERT INTO slots(unit_id, node, type) SELECT id, '', 'online' FROM units"})
            WriteQuery(*then, sql).run();
    }
    Store::open(home.path, Store::Mode::write, noon + day);
    CHECK(home.sql("SELECT unit_id, due_at IS NULL, quote(due_by) FROM slots ORDER BY unit_id") == "1|1|0\n2|1|NULL");
    CHECK(home.sql("SELECT generation, judged_by, begun_at FROM due_basis") == "1||0");
}

TEST_CASE("what was judged before it was kept what is sound is judged again") {
    StoreFolder home;
    {
        auto then = open_database(home.path, Purpose::create, noon, schema_steps().first(20));
        for (const char* sql :
             {"INSERT INTO units(name, address, reload, probe, added_at, offline_cause, attempts) "
              "VALUES('unit-1', '', '', '', 1, '', 0)",
              "INSERT INTO slots(unit_id, node, type, due_at, due_by) VALUES(1, '', 'online', 2000000000, 7)",
              "UPDATE due_basis SET generation = 7, judged_by = 'rekey 1', begun_at = 5"})
            WriteQuery(*then, sql).run();
    }
    Store::open(home.path, Store::Mode::write, noon + day);
    CHECK(home.sql("SELECT due_at, due_by, sound_until FROM slots") == "2000000000|7|0");
    CHECK(home.sql("SELECT generation, judged_by, begun_at, judged_at FROM due_basis") == "7||5|0");
}

TEST_CASE("entries of an older trail are found by their reason, and stay as they were") {
    StoreFolder old;
    {
        auto then = open_database(old.path, Purpose::create, noon, schema_steps().first(21));
        for (const char* sql :
             {"INSERT INTO audit VALUES(1, 5, 'a', 'certificate.renew', 'u/t', '{\"new\":\"A\",\"reason\":\"audit\"}', "
              "zeroblob(32))",
              "INSERT INTO audit VALUES(2, 5, 'a', 'certificate.renew', 'u/t', '{\"reason\":\"expiry\",\"run\":1}', "
              "zeroblob(32))",
              "INSERT INTO audit VALUES(3, 5, 'a', 'unit.add', 'u', '{\"reason\":\"cut', zeroblob(32))"})
            WriteQuery(*then, sql).run();
    }
    Store store = Store::open(old.path, Store::Mode::write, noon);
    CHECK(
        old.sql(
            "SELECT seq, at, actor, action, subject, detail, hex(hash) = hex(zeroblob(32)) FROM audit WHERE seq = 1") ==
        R"(1|5|a|certificate.renew|u/t|{"new":"A","reason":"audit"}|1)");
    std::string found;
    for (const char* reason : {"audit", "expiry", "cut"})
        each_audit(store, {.reason = reason}, 0,
                   [&](const AuditEntry& entry) { found += std::to_string(entry.seq) + " "; });
    CHECK(found == "1 2 ");
}

TEST_CASE("a database of the newest schema is copied by who only reads it") {
    StoreFolder home;
    home.create();
    auto reader = home.open(Store::Mode::read);
    auto copy = home.folder.path() + "/copy.db";
    copy_to(reader, copy);
    CHECK(StoreFolder::sql_in(copy, "PRAGMA user_version; PRAGMA integrity_check") == newest_version() + "\nok");
}

TEST_CASE("addresses that two units of an old home have are known, and never those of removed ones") {
    StoreFolder home;
    {
        auto then = open_database(home.path, Purpose::create, noon, schema_steps().first(22));
        WriteQuery(*then,
                   "INSERT INTO units(name, address, reload, probe, added_at, removed_at, offline_cause, attempts) "
                   "VALUES('a', 'ssh://h/1', '', '', 1, NULL, '', 0), ('b', 'ssh://h/1', '', '', 1, NULL, '', 0), "
                   "('c', 'ssh://h/2', '', '', 1, NULL, '', 0), ('d', 'ssh://h/2', '', '', 1, 2, '', 0)")
            .run();
    }
    Store::open(home.path, Store::Mode::write, noon + day);
    CHECK(home.sql("SELECT address FROM shared_addresses") == "ssh://h/1");
}

TEST_CASE("what was begun as a rotation before that was a precaution keeps its promise") {
    StoreFolder old;
    open_database(old.path, Purpose::create, noon, schema_steps().first(12));
    old.sql(
        "INSERT INTO units(id, name, address, reload, probe, added_at, offline_cause, attempts) "
        "VALUES(7, 'unit-1', 'dir:/srv', '', '', 1, '', 0);"
        "INSERT INTO slots(id, unit_id, node, type) VALUES(1, 7, '', 'a'), (2, 7, '', 'b'), (3, 7, '', 'c');"
        "INSERT INTO runs(id, command, selection, reason, issuer, comment, actor, started_at, ending) "
        "VALUES(5, 'renew', 'u', 'rotation', '', '', 'a', 1, '');"
        "INSERT INTO items(run_id, slot_id, token, step, outcome, reason, why, moves_slot, old_number, new_number, "
        "error, updated_at, keeps_old) VALUES(5, 1, 't1', 'planned', 'deferred', 'rotation', '', 0, '', '', '', 1, 0), "
        "(5, 2, 't2', 'planned', 'open', 'rotation', '', 0, '', '', '', 1, 1), "
        "(5, 3, 't3', 'confirmed', 'renewed', 'rotation', '', 0, '', '', '', 1, 0)");
    Store store = Store::open(old.path, Store::Mode::write, noon);
    CHECK(old.sql("SELECT slot_id, reason FROM items ORDER BY slot_id") == "1|compromise\n2|rotation\n3|rotation");
    // The same request again is known as that run.
    CHECK(old.sql("SELECT reason FROM runs") == "rotation");
    CHECK(setting(store, "rotation_changed") == "untold");
    StoreFolder fresh;
    fresh.create();
    CHECK(fresh.sql("SELECT count(*) FROM settings WHERE name = 'rotation_changed'") == "0");
}

TEST_CASE("what a run of an older version left open has its turns") {
    StoreFolder old;
    open_database(old.path, Purpose::create, noon, schema_steps().first(2));
    old.sql(
        "INSERT INTO units(id, name, address, reload, probe, added_at, offline_cause, attempts) VALUES"
        "(7, 'unit-1', 'dir:/srv', '', '', 1, '', 0), (8, 'unit-2', 'dir:/srv', '', '', 1, '', 0);"
        "INSERT INTO slots(id, unit_id, node, type) VALUES(1, 7, '', 'a'), (2, 7, '', 'b'), (3, 8, '', 'a');"
        "INSERT INTO runs(id, command, selection, issuer, comment, actor, started_at, ending) "
        "VALUES(5, 'renew', 'due', '', '', 'a', 1, '');"
        "INSERT INTO items(run_id, slot_id, token, step, outcome, why, moves_slot, old_number, new_number, error, "
        "updated_at) VALUES(5, 1, 't1', 'planned', 'open', '', 0, '', '', '', 1), "
        "(5, 2, 't2', 'keyed', 'open', '', 0, '', '', '', 1), (5, 3, 't3', 'planned', 'deferred', '', 0, '', '', '', "
        "1)");
    Store store = Store::open(old.path, Store::Mode::write, noon);
    auto turns = unit_turns(store, 5, {}, 10);
    REQUIRE(turns.size() == 1);
    CHECK(turns[0].unit_id == 7);
    CHECK(open_items(store, 5, 7).size() == 2);
}

TEST_CASE("in a home from before people were told, nobody was told, and no unit was seen to differ") {
    StoreFolder old;
    open_database(old.path, Purpose::create, noon, schema_steps().first(16));
    old.sql(
        "INSERT INTO units(id, name, address, reload, probe, added_at, offline_cause, attempts) VALUES"
        "(7, 'unit-1', 'dir:/srv', '', '', 1, '', 0); INSERT INTO slots(id, unit_id, node, type) VALUES(1, 7, '', "
        "'a')");
    Store store = Store::open(old.path, Store::Mode::write, noon);
    CHECK(count_notices(store) == 0);
    CHECK_FALSE(slots_of(store, 7).front().difference);
    store.write([&](Transaction& transaction) {
        record_notice(transaction, "one", noon, 1);
        record_notice(transaction, "two", noon, 1);
        keep_notice(transaction, "two", 2);
        keep_notice(transaction, "never told", 2);
        forget_notices_before(transaction, 2);
        set_slot_difference(transaction, 1, SlotDifference{"A1", "is empty", true});
    });
    CHECK_FALSE(told_at(store, "one"));
    CHECK(told_at(store, "two") == noon);
    CHECK(count_notices(store) == 1);
    REQUIRE(slots_of(store, 7).front().difference);
    CHECK(slots_of(store, 7).front().difference->empty);
}

TEST_CASE("a home from before it had a policy has none, and keeps its fleet") {
    StoreFolder old;
    open_database(old.path, Purpose::create, noon, schema_steps().first(12));
    old.sql(
        "INSERT INTO units(id, name, address, reload, probe, added_at, offline_cause, attempts) VALUES"
        "(7, 'unit-1', 'dir:/srv', '', '', 1, '', 0); INSERT INTO slots(id, unit_id, node, type) VALUES(1, 7, '', "
        "'a')");
    Store store = Store::open(old.path, Store::Mode::write, noon);
    CHECK_FALSE(policy_in_force(store));
    CHECK(old.sql("SELECT rules FROM units UNION ALL SELECT rules FROM slots") == "{}\n{}");
    store.write([&](Transaction& transaction) {
        CHECK(add_policy_revision(transaction, "# one\n", {noon, "a"}, "") == 1);
        CHECK(add_policy_revision(transaction, "# two\n", {noon, "b"}, "why") == 2);
    });
    CHECK(policy_in_force(store)->document == "# two\n");
    CHECK(policy_in_force(store)->comment == "why");
    CHECK(find_policy_revision(store, 1)->actor == "a");
    CHECK_FALSE(find_policy_revision(store, 3));
}

TEST_CASE("tables of a tenant begin with it") {
    StoreFolder scratch;
    scratch.create();
    // By the primary key, or an index.
    CHECK(scratch.sql("SELECT t.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c "
                      "WHERE t.schema = 'main' AND c.name = 'tenant_id' AND c.pk <> 1 AND NOT EXISTS("
                      "SELECT 1 FROM pragma_index_list(t.name) l JOIN pragma_index_info(l.name) i "
                      "WHERE NOT l.partial AND i.seqno = 0 AND i.name = 'tenant_id')") == "");
    CHECK(scratch.sql("SELECT count(*) FROM pragma_table_list t JOIN pragma_table_info(t.name) c "
                      "WHERE t.schema = 'main' AND c.name = 'tenant_id'") == "9");
}

TEST_CASE("nothing is done where nothing is missing") {
    StoreFolder home;
    {
        Store store = home.create();
        store.write([&](Transaction& transaction) { set_setting(transaction, "organization", "Fleet"); });
    }
    home.open();
    open_database(home.path, Purpose::create, noon, schema_steps());
    for (const char* version : {"1", "2", "3", "4"}) CHECK_FALSE(is_there(home.path + ".bak-" + version));
    // Opening needs no lock then: somebody may be writing.
    Store writer = home.open();
    Transaction transaction(writer);
    set_setting(transaction, "a", "1");
    Store second = home.open();
    CHECK(setting(second, "organization") == "Fleet");
}

TEST_CASE("a new database gets all steps and no backup") {
    StoreFolder scratch;
    open_database(scratch.path, Purpose::create, noon, later);
    CHECK(scratch.sql("PRAGMA user_version") == "3");
    CHECK_FALSE(is_there(scratch.path + ".bak-0"));
    CHECK_FALSE(is_there(scratch.path + ".bak-1"));
}

TEST_CASE("a step that fails leaves the version before it, and can be repeated") {
    OldHome home;
    CHECK(code_of([&] { open_database(home.path, Purpose::write, noon, broken); }) == Code::failed);
    CHECK(home.sql("PRAGMA user_version") == "2");
    CHECK(home.sql("SELECT count(*) FROM sqlite_schema WHERE name = 'third'") == "0");
    CHECK(home.sql("SELECT count(*) FROM schema_steps") == "2");
    CHECK(StoreFolder::sql_in(home.backup, "PRAGMA user_version") == "1");
    open_database(home.path, Purpose::write, noon, later);
    CHECK(home.sql("SELECT x FROM third") == "3");
    CHECK(StoreFolder::sql_in(home.path + ".bak-2", "PRAGMA user_version") == "2");
}

TEST_CASE("without a backup there is no upgrade") {
    OldHome home;
    // A folder in its place cannot be replaced by a file.
    fs::create_directory(home.backup);
    CHECK(code_of([&] { open_database(home.path, Purpose::write, noon, later); }) == Code::failed);
    CHECK(home.sql("PRAGMA user_version") == "1");
    CHECK_FALSE(is_there(home.backup + ".new"));
}

TEST_CASE("what a crash left of a backup is replaced, and so is the backup before") {
    OldHome home;
    write_to(home.backup, "of an upgrade that was killed");
    write_to(home.backup + ".new", "half of a backup");
    fs::create_symlink("/etc/hostname", home.backup + ".link");
    open_database(home.path, Purpose::write, noon, later);
    CHECK(StoreFolder::sql_in(home.backup, "SELECT value FROM settings") == "Fleet");
    CHECK_FALSE(is_there(home.backup + ".new"));
}

TEST_CASE("the backup has what lies in the log only") {
    OldHome home;
    auto other = home.as_then();
    WriteQuery(*other, "UPDATE settings SET value = 'Changed'").run();
    REQUIRE(fs::file_size(home.path + "-wal") > 0);
    open_database(home.path, Purpose::write, noon, later);
    CHECK(StoreFolder::sql_in(home.backup, "SELECT value FROM settings") == "Changed");
}

TEST_CASE("several that upgrade at once take each step once") {
    OldHome home;
    std::vector<std::thread> threads;
    std::array<bool, 4> done{};
    for (auto& mine : done)
        threads.emplace_back([&] {
            open_database(home.path, Purpose::write, noon, later);
            mine = true;
        });
    for (auto& thread : threads) thread.join();
    for (bool each : done) CHECK(each);
    CHECK(home.sql("SELECT group_concat(version) FROM schema_steps") == "1,2,3");
    CHECK(home.sql("SELECT count(*) FROM second") == "1");
    CHECK(StoreFolder::sql_in(home.backup, "PRAGMA user_version") == "1");
}

TEST_CASE("an older schema is not read as if it were the newest") {
    OldHome home;
    std::string before = content_of(home.path);
    Error error = error_of([&] { open_database(home.path, Purpose::read, noon, later); });
    CHECK(error.code() == Code::failed);
    CHECK_FALSE(error.hint().empty());
    CHECK(content_of(home.path) == before);
}

TEST_CASE("every foreign key has an index, every table is strict") {
    StoreFolder scratch;
    scratch.create();
    // A key is covered by the primary key or an index that begins with it.
    CHECK(scratch.sql(
              "SELECT t.name, f.\"from\" FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f "
              "WHERE t.schema = 'main' AND NOT EXISTS(SELECT 1 FROM pragma_index_list(t.name) l "
              "JOIN pragma_index_info(l.name) i WHERE i.seqno = 0 AND i.name = f.\"from\") "
              "AND NOT EXISTS(SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = f.\"from\" AND c.pk = 1)") ==
          "");
    CHECK(scratch.sql("SELECT count(*) > 5 FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f "
                      "WHERE t.schema = 'main'") == "1");
}

TEST_CASE("the schema itself refuses what must never be") {
    Fleet fleet;
    fleet.add(fleet.online, "A1");
    fleet.add(fleet.item_for(fleet.online));
    std::string copy =
        "INSERT INTO certificates(slot_id, number, subject, issuer_name, not_before, not_after, key, signature, sans, "
        "usages, fingerprint, is_ca, issuer_id, state, reason, predecessor, recorded_at, actor, comment, ended_at, "
        "same_as) "
        "SELECT slot_id, 'Z' || number, subject, issuer_name, not_before, not_after, key, signature, sans, usages, "
        "fingerprint, is_ca, ";
    auto refused = [&](const std::string& sql, const std::string& why) {
        std::string said = fleet.scratch.sql("PRAGMA foreign_keys = ON; " + sql);
        CHECK_MESSAGE(contains(said, why), sql << " -> " << said);
    };
    refused(copy + "1, 'active', NULL, '', 1, 'a', '', NULL, NULL FROM certificates", "UNIQUE");
    refused(copy + "1, 'strange', NULL, '', 1, 'a', '', NULL, NULL FROM certificates", "CHECK");
    refused(copy + "1, 'superseded', NULL, '', 1, 'a', '', NULL, NULL FROM certificates", "CHECK");
    refused(copy + "1, 'pending', NULL, '', 1, 'a', '', 5, NULL FROM certificates", "CHECK");
    refused(copy + "1, 'pending', 'whim', '', 1, 'a', '', NULL, NULL FROM certificates", "CHECK");
    refused(copy + "99, 'pending', NULL, '', 1, 'a', '', NULL, NULL FROM certificates", "FOREIGN KEY");
    refused("UPDATE items SET outcome = 'strange'", "CHECK");
    refused("UPDATE items SET updated_at = 'yesterday'", "cannot store TEXT");
    refused(
        "INSERT INTO items(run_id, slot_id, token, step, outcome, reason, why, issuer_id, moves_slot, old_number, "
        "new_number, error, updated_at) SELECT run_id, slot_id, token, step, 'deferred', reason, why, issuer_id, "
        "moves_slot, '', '', '', 1 FROM items",
        "UNIQUE");
    refused(
        "INSERT INTO units(name, address, reload, probe, added_at, offline_cause, attempts) "
        "VALUES('unit-1', '', '', '', 1, '', 0)",
        "UNIQUE");
    refused("DELETE FROM units", "FOREIGN KEY");
    refused("UPDATE runs SET ending = 'done'", "CHECK");
    refused("INSERT INTO audit VALUES(1, 1, 'a', 'b', 'c', '{}', x'00')", "CHECK");
    CHECK(fleet.scratch.sql(
              "SELECT count(*) FROM certificates; SELECT count(*) FROM items; SELECT count(*) FROM units;") ==
          "1\n1\n2");
}
