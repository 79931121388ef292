#include <fcntl.h>
#include <sys/mount.h>

#include <csignal>
#include <filesystem>

#include "store/certificates/revocations.hpp"
#include "store/records/archive_rows.hpp"
#include "store/sample.hpp"
#include "store/schema/migrations.hpp"
#include "store/sql/settings.hpp"

using namespace rekey;
using namespace rekey::store;
using namespace rekey::store::test;
namespace fs = std::filesystem;

using Mode = Store::Mode;

namespace {

/// Whoever may read everything and ignores modes is nobody to test them with.
constexpr uid_t nobody = 65534;

/// Runs `action` as somebody whom file modes bind.
int unprivileged(const std::function<int()>& action) {
    return in_process([&] {
        if (::geteuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) return 98;
        return action();
    });
}

}  // namespace

TEST_CASE("opening what is not there finds nothing and makes nothing") {
    StoreFolder scratch;
    for (auto mode : {Mode::read, Mode::write}) {
        Error error = error_of([&] { scratch.open(mode); });
        CHECK(error.code() == Code::not_found);
        CHECK(contains(error.message(), scratch.path));
    }
    CHECK(fs::is_empty(scratch.folder.path()));
    CHECK(code_of([&] { Store::create(scratch.folder / "missing/rekey.db", noon); }) == Code::failed);
}

TEST_CASE("a file of another program is refused and left as it is") {
    StoreFolder scratch;
    SUBCASE("no database at all") { write_to(scratch.path, std::string(8192, 'x')); }
    SUBCASE("short text") { write_to(scratch.path, "notes"); }
    SUBCASE("a database without an application id") { scratch.sql("CREATE TABLE t(x); INSERT INTO t VALUES(1);"); }
    SUBCASE("a database of another application") {
        scratch.sql(
            "PRAGMA application_id = 7; PRAGMA user_version = 1; PRAGMA journal_mode = WAL; CREATE TABLE t(x);");
    }
    SUBCASE("one with a log that waits") {
        in_process([&] {
            // Ends without closing, so that the log stays.
            std::system(("sqlite3 '" + scratch.path +
                         "' 'PRAGMA journal_mode = WAL; PRAGMA application_id = 7; CREATE TABLE t(x);' "
                         "'.system kill -9 $PPID' >/dev/null 2>&1")
                            .c_str());
            return 0;
        });
        REQUIRE(fs::file_size(scratch.path + "-wal") > 0);
    }
    std::string before = content_of(scratch.path);
    std::string log_before = content_of(scratch.path + "-wal");
    for (auto mode : {Mode::read, Mode::write}) {
        Error error = error_of([&] { scratch.open(mode); });
        CHECK(error.code() == Code::refused);
        CHECK(contains(error.message(), scratch.path));
        CHECK_FALSE(error.hint().empty());
    }
    CHECK(code_of([&] { scratch.create(); }) == Code::refused);
    CHECK(content_of(scratch.path) == before);
    CHECK(content_of(scratch.path + "-wal") == log_before);
}

TEST_CASE("what is no file is refused") {
    StoreFolder scratch;
    SUBCASE("folder") { fs::create_directory(scratch.path); }
    SUBCASE("link to a database") {
        Store::create(scratch.folder / "elsewhere.db", noon);
        fs::create_symlink("elsewhere.db", scratch.path);
    }
    SUBCASE("link to nothing") { fs::create_symlink("nowhere.db", scratch.path); }
    CHECK(code_of([&] { scratch.open(); }) == Code::refused);
    CHECK(code_of([&] { scratch.open(Mode::read); }) == Code::refused);
    CHECK(code_of([&] { scratch.create(); }) == Code::refused);
    CHECK_FALSE(is_there(scratch.folder / "nowhere.db"));
}

TEST_CASE("a newer version is refused and left as it is") {
    StoreFolder scratch;
    scratch.create();
    scratch.sql("PRAGMA user_version = 4711; CREATE TABLE of_the_future(x);");
    std::string before = content_of(scratch.path);
    for (auto mode : {Mode::read, Mode::write}) {
        Error error = error_of([&] { scratch.open(mode); });
        CHECK(error.code() == Code::refused);
        CHECK(contains(error.message(), "4711"));
    }
    CHECK(code_of([&] { scratch.create(); }) == Code::refused);
    CHECK(content_of(scratch.path) == before);
}

TEST_CASE("a damaged database is said to be so") {
    StoreFolder scratch;
    scratch.create();
    SUBCASE("the page of its tables is gone") {
        std::string content = content_of(scratch.path);
        content.replace(100, 3000, 3000, '\x55');
        write_to(scratch.path, content);
        for (auto mode : {Mode::read, Mode::write}) CHECK(code_of([&] { scratch.open(mode); }) == Code::failed);
    }
    SUBCASE("cut in half") {
        fs::resize_file(scratch.path, fs::file_size(scratch.path) / 2);
        // SQLite notices at the first page that it misses: at opening, or in the check.
        bool noticed = false;
        try {
            noticed = !scratch.open(Mode::read).problems().empty();
        } catch (const Error& error) {
            noticed = error.code() == Code::failed;
        }
        CHECK(noticed);
    }
}

TEST_CASE("a new database is private, complete and durable as promised") {
    StoreFolder scratch;
    mode_t old = ::umask(0);
    {
        Store store = scratch.create();
        CHECK(store.writable());
        store.write([&](Transaction& transaction) { set_setting(transaction, "organization", "Fleet"); });
        CHECK(mode_of(scratch.path) == 0600);
        CHECK(mode_of(scratch.path + "-wal") == 0600);
        CHECK(mode_of(scratch.path + "-shm") == 0600);
    }
    ::umask(0777);
    scratch.open();
    CHECK(mode_of(scratch.path) == 0600);
    ::umask(old);
    CHECK(scratch.sql("PRAGMA journal_mode") == "wal");
    CHECK(scratch.sql("PRAGMA application_id") == "1380664665");
    CHECK(scratch.sql("PRAGMA user_version") == newest_version());
    CHECK(scratch.sql("SELECT max(version), min(applied_at), max(applied_at) FROM schema_steps") ==
          newest_version() + "|1800000000|1800000000");
    CHECK(scratch.sql("SELECT value FROM settings WHERE name = 'organization'") == "Fleet");
    CHECK(scratch.sql("PRAGMA integrity_check; PRAGMA foreign_key_check;") == "ok");
    CHECK(scratch.sql("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
                      "AND NOT strict AND name NOT LIKE 'sqlite_%'") == "0");
}

TEST_CASE("a database that somebody took out of WAL mode comes back to it") {
    StoreFolder scratch;
    scratch.create();
    REQUIRE(scratch.sql("PRAGMA journal_mode = DELETE") == "delete");
    {
        Store reader = scratch.open(Mode::read);
        CHECK(reader.problems().empty());
    }
    CHECK(scratch.sql("PRAGMA journal_mode") == "delete");
    SUBCASE("at the next opening for writing") {}
    SUBCASE("by create as well") { scratch.create(); }
    Store store = scratch.open();
    CHECK(scratch.sql("PRAGMA journal_mode") == "wal");
    store.write([&](Transaction& transaction) { set_setting(transaction, "a", "1"); });
    CHECK(fs::file_size(scratch.path + "-wal") > 0);
}

TEST_CASE("an umask that takes everything does not matter either") {
    StoreFolder scratch;
    mode_t old = ::umask(0777);
    scratch.create();
    ::umask(old);
    CHECK(mode_of(scratch.path) == 0600);
}

TEST_CASE("create goes on where a crash left it, and opens what is complete") {
    StoreFolder scratch;
    SUBCASE("an empty file") { write_to(scratch.path, ""); }
    SUBCASE("only WAL was set") { scratch.sql("PRAGMA journal_mode = WAL"); }
    SUBCASE("an empty database") { scratch.sql("VACUUM"); }
    SUBCASE("complete") {
        Store store = scratch.create();
        store.write([&](Transaction& transaction) { set_setting(transaction, "organization", "Fleet"); });
    }
    bool complete = is_there(scratch.path) && scratch.sql("PRAGMA user_version") == newest_version();
    if (!complete) {
        CHECK(code_of([&] { scratch.open(); }) == Code::failed);
        CHECK(code_of([&] { scratch.open(Mode::read); }) == Code::failed);
    }
    {
        Store store = scratch.create();
        CHECK(store.problems().empty());
        CHECK(setting(store, "organization").has_value() == complete);
    }
    scratch.create();
    CHECK(scratch.sql("SELECT max(version) || ' ' || count(*) FROM schema_steps") ==
          newest_version() + " " + newest_version());
}

TEST_CASE("several that create at once get the same one") {
    StoreFolder scratch;
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i)
        children.push_back(start_process([&] {
            Store store = scratch.create();
            store.write([&](Transaction& transaction) { set_setting(transaction, "by-" + std::to_string(i), "x"); });
            return 0;
        }));
    for (pid_t child : children) CHECK(ending_of(child) == 0);
    CHECK(scratch.sql("SELECT count(*) FROM settings") == "6");
    CHECK(scratch.sql("SELECT max(version) || ' ' || count(*) FROM schema_steps") ==
          newest_version() + " " + newest_version());
}

TEST_CASE("a strange path is a path, and never a URI or an option") {
    StoreFolder scratch;
    for (const char* name : {"file:a?mode=memory.db", "100%23.db", "-db", "with space#hash?.db", ":memory:"}) {
        std::string path = scratch.folder / name;
        Store::create(path, noon);
        CHECK(is_there(path));
        Store::open(path, Mode::read, noon);
    }
    // Relative as well.
    int status = in_process([&] {
        if (::chdir(scratch.folder.path().c_str()) != 0) return 1;
        Store::create("file:relative.db", noon);
        Store::create(":memory:2", noon);
        return is_there("file:relative.db") && is_there(":memory:2") ? 0 : 2;
    });
    CHECK(status == 0);
}

TEST_CASE("who may not write is told so, and reads all the same") {
    StoreFolder scratch;
    {
        Store store = scratch.create();
        store.write([&](Transaction& transaction) { set_setting(transaction, "organization", "Fleet"); });
    }
    std::string before = content_of(scratch.path);
    SUBCASE("the file") {
        fs::permissions(scratch.folder.path(), fs::perms(0777));
        fs::permissions(scratch.path, fs::perms(0444));
    }
    SUBCASE("the folder") {
        fs::permissions(scratch.folder.path(), fs::perms(0555));
        fs::permissions(scratch.path, fs::perms(0666));
    }
    int status = unprivileged([&] {
        Error error = error_of([&] { scratch.open(); });
        if (error.code() != Code::failed || error.hint().empty()) return 1;
        if (!contains(error.message(), scratch.path) || !contains(error.message(), "Permission denied")) return 2;
        Store store = scratch.open(Mode::read);
        if (store.writable() || setting(store, "organization") != "Fleet" || !store.problems().empty()) return 3;
        if (code_of([&] { Transaction transaction(store); }) != Code::failed) return 4;
        return 0;
    });
    fs::permissions(scratch.folder.path(), fs::perms(0700));
    CHECK(status == 0);
    CHECK(content_of(scratch.path) == before);
}

TEST_CASE("where nothing can be made beside it, a waiting log is not passed over") {
    StoreFolder scratch;
    in_process([&] {
        Store store = scratch.create();
        store.write([&](Transaction& transaction) { set_setting(transaction, "organization", "Fleet"); });
        ::kill(::getpid(), SIGKILL);
        return 0;
    });
    REQUIRE(fs::file_size(scratch.path + "-wal") > 0);
    fs::remove(scratch.path + "-shm");
    fs::permissions(scratch.folder.path(), fs::perms(0555));
    for (const char* name : {"", "-wal"}) fs::permissions(scratch.path + name, fs::perms(0444));
    int status = unprivileged([&] {
        Error error = error_of([&] { scratch.open(Mode::read); });
        return error.code() == Code::failed && contains(error.message(), "-wal") && !error.hint().empty() ? 0 : 1;
    });
    fs::permissions(scratch.folder.path(), fs::perms(0700));
    CHECK(status == 0);
    // The same where it can be written again: nothing was lost.
    fs::permissions(scratch.path, fs::perms(0600));
    Store store = scratch.open(Mode::read);
    CHECK(setting(store, "organization") == "Fleet");
}

TEST_CASE("a database on a read-only medium is read" * doctest::skip(::geteuid() != 0)) {
    StoreFolder scratch;
    {
        Store store = scratch.create();
        store.write([&](Transaction& transaction) { set_setting(transaction, "organization", "Fleet"); });
    }
    std::string medium = scratch.folder / "medium";
    fs::create_directory(medium);
    if (::mount("none", medium.c_str(), "tmpfs", 0, "size=4m") != 0) {
        MESSAGE("no read-only medium can be made here");
        return;
    }
    fs::copy(scratch.path, medium + "/rekey.db");
    REQUIRE(::mount("none", medium.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0);
    {
        Store store = Store::open(medium + "/rekey.db", Mode::read, noon);
        CHECK(setting(store, "organization") == "Fleet");
        Error error = error_of([&] { Store::open(medium + "/rekey.db", Mode::write, noon); });
        CHECK(error.code() == Code::failed);
        CHECK(contains(error.message(), "Read-only file system"));
    }
    CHECK(::umount(medium.c_str()) == 0);
}
