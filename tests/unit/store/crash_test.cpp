#include <csignal>
#include <cstdlib>

#include "base/crash_points.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/faulty_disk.hpp"
#include "store/sample.hpp"
#include "store/sql/query.hpp"
#include "store/sql/settings.hpp"
#include "store/sqlite/open.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;

using Fault = FaultyDisk::Fault;

namespace {

enum Ending { sound = 0, failed = 1, never_struck = 2, killed = -SIGKILL };

/// Does `work` in a process whose disk has `fault` at each `step`th point in turn, each time on what
/// `before` made, and calls `after` with how that ended. The last time nothing was struck.
void at_every_point(Fault fault, int step, const std::function<void(const StoreFolder&)>& before,
                    const std::function<void(const StoreFolder&)>& work,
                    const std::function<void(const StoreFolder&, int)>& after) {
    int ending = sound;
    // Three faults begin at three points, and the first of all is among them.
    int point = 1 + static_cast<int>(fault) % step - step;
    while (ending != never_struck) {
        point += step;
        StoreFolder scratch;
        before(scratch);
        ending = in_process([&]() -> int {
            FaultyDisk::install(fault, point);
            try {
                work(scratch);
            } catch (const Error& error) {
                bool named = contains(error.message(), scratch.path);
                return named && error.code() == Code::failed ? failed : 98;
            }
            return FaultyDisk::struck() ? sound : never_struck;
        });
        INFO("point " << point);
        if (fault == Fault::kill)
            REQUIRE((ending == killed || ending == never_struck));
        else
            REQUIRE((ending == sound || ending == failed || ending == never_struck));
        after(scratch, ending);
    }
    CHECK(point > 5);
}

void at_every_fault(const std::function<void(const StoreFolder&)>& before,
                    const std::function<void(const StoreFolder&)>& work,
                    const std::function<void(const StoreFolder&, int)>& after,
                    int step = rekey::test::step_between_points(3)) {
    SUBCASE("killed") { at_every_point(Fault::kill, step, before, work, after); }
    SUBCASE("an I/O error") { at_every_point(Fault::error, step, before, work, after); }
    SUBCASE("a full disk") { at_every_point(Fault::full, step, before, work, after); }
}

/// The schema is made in hundreds of writes: a sample of them, or all where REKEY_EVERY_POINT is set.
int step_of_create() {
    return std::getenv("REKEY_EVERY_POINT") == nullptr ? rekey::test::step_between_points(3) * 13 : 1;
}

}  // namespace

TEST_CASE("whatever stops create, the next one finishes it") {
    at_every_fault(
        [](const StoreFolder&) {}, [](const StoreFolder& scratch) { scratch.create(); },
        [](const StoreFolder& scratch, int ending) {
            if (ending != killed && ending != failed) CHECK(scratch.sql("PRAGMA user_version") == newest_version());
            Store store = scratch.create();
            CHECK(store.problems().empty());
            CHECK(scratch.sql("SELECT count(*) FROM schema_steps; PRAGMA journal_mode;") == newest_version() + "\nwal");
        },
        step_of_create());
}

TEST_CASE("whatever stops a transaction, all of it is there or nothing") {
    auto before = [](const StoreFolder& scratch) {
        Store store = scratch.create();
        store.write([&](Transaction& transaction) {
            set_setting(transaction, "a", "old");
            set_setting(transaction, "b", std::string(20'000, 'o'));
        });
    };
    auto work = [](const StoreFolder& scratch) {
        Store store = scratch.open();
        store.write([&](Transaction& transaction) {
            set_setting(transaction, "a", "new");
            set_setting(transaction, "b", std::string(20'000, 'n'));
            audit(transaction, {noon, "alice@host"}, "setting.change", "a");
        });
        store.checkpoint();
    };
    bool some_old = false;
    bool some_new = false;
    at_every_fault(before, work, [&](const StoreFolder& scratch, int ending) {
        Store store = scratch.open();
        auto a = setting(store, "a");
        bool is_new = a == "new";
        CHECK((is_new || a == "old"));
        CHECK(setting(store, "b") == std::string(20'000, is_new ? 'n' : 'o'));
        auto chain = verify_audit(store);
        CHECK(chain.problems.empty());
        CHECK(chain.entries == (is_new ? 1 : 0));
        CHECK(store.problems().empty());
        if (ending == sound || ending == never_struck) CHECK(is_new);
        (is_new ? some_new : some_old) = true;
    });
    CHECK(some_old);
    CHECK(some_new);
}

TEST_CASE("whatever stops an upgrade, the next one finishes it, and the backup is whole") {
    static const std::array<SchemaStep, 3> later = {schema_steps().front(),
                                                    SchemaStep{"CREATE TABLE second(x INTEGER) STRICT;"},
                                                    SchemaStep{"CREATE TABLE third(x INTEGER) STRICT;"}};
    auto before = [](const StoreFolder& scratch) {
        auto first = open_database(scratch.path, Purpose::create, noon, schema_steps().first(1));
        WriteQuery(*first, "INSERT INTO settings(name, value) VALUES('organization', 'Fleet')").run();
    };
    auto upgrade = [](const StoreFolder& scratch) { open_database(scratch.path, Purpose::write, noon, later); };
    at_every_fault(before, upgrade, [&](const StoreFolder& scratch, int) {
        std::string version = scratch.sql(
            "SELECT CASE WHEN (SELECT max(version) FROM schema_steps) = user_version THEN user_version END "
            "FROM pragma_user_version;");
        CHECK((version == "1" || version == "2" || version == "3"));
        std::string backup = scratch.path + ".bak-1";
        if (version != "1") CHECK(is_there(backup));
        if (is_there(backup))
            CHECK(StoreFolder::sql_in(backup,
                                      "PRAGMA integrity_check; PRAGMA user_version; SELECT value FROM settings;") ==
                  "ok\n1\nFleet");
        upgrade(scratch);
        CHECK(scratch.sql("PRAGMA user_version; PRAGMA integrity_check; SELECT value FROM settings;") ==
              "3\nok\nFleet");
        CHECK_FALSE(is_there(backup + ".new"));
    });
}
