#include "rekey/store/store.hpp"

#include <sys/mount.h>

#include <csignal>
#include <filesystem>
#include <thread>
#include <type_traits>

#include "store/certificates/revocations.hpp"
#include "store/sample.hpp"
#include "store/sql/query.hpp"
#include "store/sql/settings.hpp"
#include "store/sqlite/connection.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;
namespace fs = std::filesystem;

using Mode = Store::Mode;

// What reads takes a store or a transaction; what writes takes a transaction, and nothing else will do.
static_assert(std::is_convertible_v<Store&, Reader&> && std::is_convertible_v<Transaction&, Reader&>);
static_assert(!std::is_convertible_v<Store&, Transaction&> && !std::is_convertible_v<Reader&, Transaction&>);
static_assert(!std::is_copy_constructible_v<Reader> && !std::is_copy_constructible_v<Transaction>);

TEST_CASE("a transaction is there after commit, and only then") {
    StoreFolder scratch;
    Store store = scratch.create();
    {
        Transaction transaction(store);
        set_setting(transaction, "a", "1");
        CHECK(setting(store, "a") == "1");
        CHECK(scratch.sql("SELECT count(*) FROM settings") == "0");
    }
    CHECK(setting(store, "a") == std::nullopt);
    {
        Transaction transaction(store);
        set_setting(transaction, "a", "2");
        transaction.commit();
        CHECK(scratch.sql("SELECT value FROM settings") == "2");
        CHECK(code_of([&] { transaction.commit(); }) == Code::failed);
        // Types keep changes out of where no transaction is, but not out of one that is over.
        CHECK(code_of([&] { set_setting(transaction, "a", "3"); }) == Code::failed);
    }
    CHECK_THROWS_AS(store.write([&](Transaction& transaction) {
        set_setting(transaction, "a", "4");
        throw Error(Code::interrupted, "stop");
    }),
                    Error);
    CHECK(setting(store, "a") == "2");
    CHECK(setting(store, "b") == std::nullopt);
    store.write([&](Transaction& transaction) { set_setting(transaction, "a", std::string("\0%'\xFF", 4)); });
    CHECK(setting(store, "a") == std::string("\0%'\xFF", 4));
}

TEST_CASE("what a closure wrote is there when `write` returned what it returned, and gone when it threw") {
    StoreFolder scratch;
    Store store = scratch.create();
    auto written = store.write([&](Transaction& transaction) {
        set_setting(transaction, "a", "1");
        CHECK(scratch.sql("SELECT count(*) FROM settings") == "0");
        return setting(transaction, "a");
    });
    CHECK(written == "1");
    CHECK(scratch.sql("SELECT value FROM settings") == "1");
    CHECK(code_of([&] {
              store.write([&](Transaction& transaction) {
                  set_setting(transaction, "a", "2");
                  throw Error(Code::interrupted, "stop");
              });
          }) == Code::interrupted);
    CHECK(store.read([](Reader& reader) { return setting(reader, "a"); }) == "1");
    CHECK(code_of([&] { store.read([&](Reader&) { store.write([](Transaction&) {}); }); }) == Code::failed);
    CHECK(code_of([&] { store.write([&](Transaction&) { store.write([](Transaction&) {}); }); }) == Code::failed);
}

TEST_CASE("transactions do not nest, and a snapshot inside of one is that one") {
    StoreFolder scratch;
    Store store = scratch.create();
    Transaction transaction(store);
    CHECK(code_of([&] { Transaction inner(store); }) == Code::failed);
    {
        Snapshot snapshot(store);
        Snapshot again(store);
        set_setting(transaction, "a", "1");
    }
    set_setting(transaction, "b", "2");
    CHECK(code_of([&] { store.checkpoint(); }) == Code::failed);
    transaction.commit();
    CHECK(scratch.sql("SELECT group_concat(value) FROM settings") == "1,2");
    Snapshot snapshot(store);
    CHECK(code_of([&] { Transaction inner(store); }) == Code::failed);
}

TEST_CASE("a store that was moved goes on, with its transaction") {
    StoreFolder scratch;
    Store store = scratch.create();
    Transaction transaction(store);
    set_setting(transaction, "a", "1");
    Store moved = std::move(store);
    set_setting(transaction, "b", "2");
    transaction.commit();
    CHECK(scratch.sql("SELECT count(*) FROM settings") == "2");
}

TEST_CASE("a store for reading changes nothing") {
    StoreFolder scratch;
    {
        Store store = scratch.create();
        store.write([&](Transaction& transaction) { set_setting(transaction, "a", "1"); });
    }
    std::string before = content_of(scratch.path);
    Store store = scratch.open(Mode::read);
    CHECK_FALSE(store.writable());
    CHECK(setting(store, "a") == "1");
    CHECK(code_of([&] { Transaction transaction(store); }) == Code::failed);
    CHECK(code_of([&] { store.checkpoint(); }) == Code::failed);
    CHECK(store.problems().empty());
    CHECK(content_of(scratch.path) == before);
}

TEST_CASE("readers see the last commit while somebody writes, and a snapshot does not move") {
    StoreFolder scratch;
    Store writer = scratch.create();
    writer.write([&](Transaction& transaction) { set_setting(transaction, "a", "old"); });
    Store reader = scratch.open(Mode::read);
    {
        Transaction transaction(writer);
        set_setting(transaction, "a", "new");
        CHECK(setting(reader, "a") == "old");
        transaction.commit();
    }
    CHECK(setting(reader, "a") == "new");
    {
        Snapshot snapshot(reader);
        writer.write([&](Transaction& transaction) { set_setting(transaction, "a", "newer"); });
        CHECK(setting(reader, "a") == "new");
    }
    CHECK(setting(reader, "a") == "newer");
}

TEST_CASE("the log is emptied unless a reader needs it") {
    StoreFolder scratch;
    Store writer = scratch.create();
    writer.write([&](Transaction& transaction) { set_setting(transaction, "a", "1"); });
    Store reader = scratch.open(Mode::read);
    {
        Snapshot snapshot(reader);
        writer.write([&](Transaction& transaction) { set_setting(transaction, "a", "2"); });
        CHECK_FALSE(writer.checkpoint());
        CHECK(fs::file_size(scratch.path + "-wal") > 0);
        CHECK(setting(reader, "a") == "1");
    }
    CHECK(writer.checkpoint());
    CHECK(fs::file_size(scratch.path + "-wal") == 0);
    CHECK(setting(reader, "a") == "2");
}

TEST_CASE("what was overwritten is in no file after a checkpoint") {
    StoreFolder scratch;
    Store store = scratch.create();
    store.write(
        [&](Transaction& transaction) { set_setting(transaction, "a", std::string(20'000, 'k') + "RECOGNISABLE"); });
    REQUIRE(store.checkpoint());
    REQUIRE(contains(content_of(scratch.path), "RECOGNISABLE"));
    store.write([&](Transaction& transaction) { set_setting(transaction, "a", ""); });
    REQUIRE(store.checkpoint());
    for (const char* suffix : {"", "-wal", "-shm"})
        CHECK_FALSE(contains(content_of(scratch.path + suffix), "RECOGNISABLE"));
}

TEST_CASE("a writer waits for another, and gives up with `busy`") {
    StoreFolder scratch;
    Store first = scratch.create();
    SUBCASE("it waits") {
        std::thread second;
        {
            Transaction transaction(first);
            set_setting(transaction, "a", "first");
            second = std::thread([&] {
                Store store = scratch.open();
                store.write([&](Transaction& next) {
                    auto seen = setting(next, "a");
                    set_setting(next, "seen", seen.value_or("nothing"));
                });
            });
            std::this_thread::sleep_for(std::chrono::milliseconds{200});
            transaction.commit();
        }
        second.join();
        CHECK(setting(first, "seen") == "first");
    }
    SUBCASE("it gives up") {
        Store second = scratch.open();
        static_cast<Connection&>(second.backend()).set_patience(50);
        Transaction transaction(first);
        set_setting(transaction, "a", "first");
        Error error = error_of([&] { Transaction blocked(second); });
        CHECK(error.code() == Code::busy);
        CHECK(contains(error.message(), scratch.path));
        transaction.commit();
        second.write([&](Transaction& next) { set_setting(next, "a", "second"); });
        CHECK(setting(first, "a") == "second");
    }
}

TEST_CASE("several writers at once lose nothing") {
    StoreFolder scratch;
    scratch.create();
    constexpr int writers = 4;
    constexpr int rounds = 25;
    std::vector<std::thread> threads;
    for (int i = 0; i < writers; ++i)
        threads.emplace_back([&] {
            Store store = scratch.open();
            for (int round = 0; round < rounds; ++round)
                store.write([&](Transaction& transaction) {
                    int count = std::stoi(setting(store, "count").value_or("0"));
                    set_setting(transaction, "count", std::to_string(count + 1));
                });
        });
    for (auto& thread : threads) thread.join();
    CHECK(scratch.sql("SELECT value FROM settings") == std::to_string(writers * rounds));
}

TEST_CASE("killed in the middle of a transaction, the state before it is there") {
    StoreFolder scratch;
    {
        Store store = scratch.create();
        store.write([&](Transaction& transaction) { set_setting(transaction, "a", "old"); });
    }
    bool large = false;
    SUBCASE("a small one, still in memory") {}
    SUBCASE("a large one, in the log already") { large = true; }
    int ending = in_process([&] {
        Store store = scratch.open();
        Transaction transaction(store);
        set_setting(transaction, "a", "new");
        // Far more than SQLite's cache.
        for (int i = 0; large && i < 2000; ++i) set_setting(transaction, std::to_string(i), std::string(8000, 'x'));
        if (large && fs::file_size(scratch.path + "-wal") < 1'000'000) return 1;
        ::kill(::getpid(), SIGKILL);
        return 2;
    });
    REQUIRE(ending == -SIGKILL);
    Store store = scratch.open();
    CHECK(setting(store, "a") == "old");
    CHECK(store.problems().empty());
    CHECK(scratch.sql("SELECT count(*) FROM settings") == "1");
    store.write([&](Transaction& transaction) { set_setting(transaction, "a", "new"); });
}

TEST_CASE("killed after commit, the change is there") {
    StoreFolder scratch;
    scratch.create();
    int ending = in_process([&] {
        Store store = scratch.open();
        store.write([&](Transaction& transaction) { set_setting(transaction, "a", "new"); });
        ::kill(::getpid(), SIGKILL);
        return 2;
    });
    REQUIRE(ending == -SIGKILL);
    CHECK(scratch.sql("SELECT value FROM settings") == "new");
}

TEST_CASE("a full disk is said to be one, and what was committed stays" * doctest::skip(::geteuid() != 0)) {
    rekey::test::TemporaryFolder folder;
    if (::mount("none", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
        MESSAGE("no small disk can be made here");
        return;
    }
    std::string path = folder / "rekey.db";
    {
        Store store = Store::create(path, noon);
        store.write([&](Transaction& transaction) { set_setting(transaction, "a", "old"); });
        {
            Transaction transaction(store);
            Error error = error_of([&] {
                for (int i = 0; i < 1000; ++i) set_setting(transaction, std::to_string(i), std::string(8000, 'x'));
                transaction.commit();
            });
            CHECK(error.code() == Code::failed);
            CHECK(contains(error.message(), path));
            CHECK(contains(error.message(), "full"));
            // Whatever SQLite did about it: nothing more may be written, and nothing committed.
            CHECK(code_of([&] {
                      set_setting(transaction, "a", "new");
                      transaction.commit();
                  }) == Code::failed);
        }
        CHECK(setting(store, "a") == "old");
        CHECK(count(store, "SELECT count(*) FROM settings") == 1);
        CHECK(store.problems().empty());
    }
    CHECK(Store::open(path, Mode::read, noon).problems().empty());
    CHECK(::umount(folder.path().c_str()) == 0);
}

TEST_CASE("problems are listed, and a sound store has none") {
    Fleet fleet;
    fleet.add(fleet.online, "A1");
    CHECK(fleet.store.problems().empty());
    SUBCASE("a reference to nothing") {
        fleet.scratch.sql("PRAGMA foreign_keys = OFF; DELETE FROM issuers;");
        auto problems = fleet.store.problems();
        REQUIRE_FALSE(problems.empty());
        CHECK(contains(problems.front(), "issuers"));
    }
    SUBCASE("an index that lost a row") {
        fleet.scratch.sql(
            ".dbconfig defensive off\nPRAGMA writable_schema = ON;"
            "UPDATE sqlite_schema SET sql = replace(sql, 'removed_at IS NULL', 'removed_at = 1') "
            "WHERE name = 'units_present';");
        CHECK_FALSE(Store::open(fleet.scratch.path, Mode::read, noon).problems().empty());
    }
}

TEST_CASE("statements are given back whatever happens, and nest") {
    StoreFolder scratch;
    Store store = scratch.create();
    store.write([&](Transaction& transaction) {
        set_setting(transaction, "a", "1");
        set_setting(transaction, "b", "2");
    });
    const char* sql = "SELECT name FROM settings WHERE name >= ? ORDER BY name";
    std::string visited;
    for (Query outer(store, sql, "a"); outer.next();) {
        visited += outer.text();
        for (Query inner(store, sql, "b"); inner.next();) visited += inner.text();
    }
    CHECK(visited == "abbb");
    // Bindings are cleared: a value that is not given is NULL, not the one before.
    {
        Query query(store, sql, "a");
        CHECK(query.next());
    }
    {
        Query query(store, sql);
        CHECK_FALSE(query.next());
    }
    CHECK_THROWS_AS(
        [&] {
            Query query(store, sql, "a");
            query.next();
            throw Error(Code::interrupted, "stop");
        }(),
        Error);
    // A statement left in the middle would keep the log from being emptied.
    CHECK(store.checkpoint());
    CHECK(code_of([&] { Query(store, "SELECT nothing FROM nowhere"); }) == Code::failed);
    Query query(store, sql, "b");
    CHECK(query.next());
}

TEST_CASE("a store that was moved or replaced takes no change any more") {
    Fleet fleet;
    auto path = fleet.scratch.path;
    fleet.store.write([&](Transaction& transaction) { set_setting(transaction, "organization", "before"); });
    auto refused = [&] {
        return code_of([&] {
                   fleet.store.write(
                       [&](Transaction& transaction) { set_setting(transaction, "organization", "after"); });
               }) == Code::failed;
    };
    fs::rename(path, path + ".away");
    CHECK(refused());
    fs::copy_file(path + ".away", path);
    CHECK(refused());
    CHECK(setting(fleet.store, "organization") == "before");
    fs::remove(path);
    fs::rename(path + ".away", path);
    fleet.store.write([&](Transaction& transaction) { set_setting(transaction, "organization", "after"); });
    CHECK(setting(fleet.store, "organization") == "after");
}
