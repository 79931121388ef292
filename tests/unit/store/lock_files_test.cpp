#include "store/sqlite/lock_files.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <filesystem>

#include "base/files/folder.hpp"
#include "base/temporary_folder.hpp"
#include "errors.hpp"
#include "store/sample.hpp"
#include "store/sql/settings.hpp"

using namespace rekey;
using namespace rekey::store;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds patience{300};
constexpr std::chrono::milliseconds at_once{0};

LockFiles locks_of(const std::string& home) {
    return LockFiles(Descriptor(::open(home.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)));
}

struct Scene {
    rekey::test::TemporaryFolder folder;
    std::string home = folder / "home";

    Scene() { make(home); }
    static void make(const std::string& home) { fs::create_directories(home + "/runs"); }
    std::string file(const std::string& name) const { return home + "/runs/" + name; }
};

}  // namespace

TEST_CASE("a lock is held by one, and free when that one is gone") {
    Scene scene;
    auto one = locks_of(scene.home);
    auto other = locks_of(scene.home);
    CHECK_FALSE(one.is_held("run/1"));
    {
        auto held = one.take("run/1", patience);
        REQUIRE(held);
        CHECK(fs::exists(scene.file("1")));
        CHECK(other.is_held("run/1"));
        CHECK_FALSE(other.take("run/1", patience));
        CHECK_FALSE(other.is_held("run/2"));
        CHECK(other.take("run/2", patience));
    }
    CHECK_FALSE(other.is_held("run/1"));
    CHECK(other.take("run/1", patience));
}

TEST_CASE("the file of a held lock is not removed, that of a free one is") {
    Scene scene;
    auto one = locks_of(scene.home);
    auto held = one.take("run/1", patience);
    locks_of(scene.home).forget("run/1");
    CHECK(fs::exists(scene.file("1")));
    CHECK(locks_of(scene.home).is_held("run/1"));
    held.reset();
    one.forget("run/1");
    CHECK_FALSE(fs::exists(scene.file("1")));
    one.forget("run/1");
}

TEST_CASE("a lock whose file was removed or replaced by somebody does not count any more") {
    Scene scene;
    auto one = locks_of(scene.home);
    auto stale = one.take("run/1", patience);
    fs::remove(scene.file("1"));
    CHECK_FALSE(one.is_held("run/1"));
    auto held = locks_of(scene.home).take("run/1", patience);
    REQUIRE(held);
    stale.reset();
    CHECK(one.is_held("run/1"));
    one.forget("run/1");
    CHECK(fs::exists(scene.file("1")));
}

TEST_CASE("locks move with their home, and another one in its place has its own") {
    Scene scene;
    auto locks = locks_of(scene.home);
    auto held = locks.take("run/1", patience);
    fs::rename(scene.home, scene.folder / "away");
    Scene::make(scene.home);
    auto others = locks_of(scene.home);
    CHECK_FALSE(others.is_held("run/1"));
    auto theirs = others.take("run/1", patience);
    REQUIRE(theirs);
    CHECK(locks.is_held("run/1"));
    held.reset();
    locks.forget("run/1");
    CHECK_FALSE(fs::exists(scene.folder / "away/runs/1"));
    CHECK(fs::exists(scene.file("1")));
    CHECK(others.is_held("run/1"));
}

TEST_CASE("a link is no lock") {
    Scene scene;
    fs::create_symlink(scene.folder / "elsewhere", scene.file("1"));
    CHECK(rekey::test::error_of([&] { locks_of(scene.home).take("run/1", patience); }).code() == Code::failed);
    CHECK_FALSE(fs::exists(scene.folder / "elsewhere"));
    fs::remove_all(scene.home + "/runs");
    fs::create_directory(scene.folder / "real");
    fs::create_directory_symlink(scene.folder / "real", scene.home + "/runs");
    CHECK(rekey::test::error_of([&] { locks_of(scene.home).take("run/1", patience); }).code() == Code::failed);
    CHECK(fs::is_empty(scene.folder / "real"));
}

TEST_CASE("a sync locks its folder below runs, which comes with the first one and stays") {
    Scene scene;
    fs::remove(scene.home + "/runs");
    auto locks = locks_of(scene.home);
    CHECK_FALSE(locks.is_held("sync/3"));
    auto held = locks.take("sync/3", at_once);
    REQUIRE(held);
    CHECK(store::test::mode_of(scene.home + "/runs") == 0700);
    CHECK(store::test::mode_of(scene.file("sync-3")) == 0700);
    // As older versions do.
    CHECK_FALSE(open_folder(scene.file("sync-3"))->lock(0));
    CHECK(locks.is_held("sync/3"));
    CHECK_FALSE(locks_of(scene.home).take("sync/3", at_once));
    CHECK(locks.take("sync/4", at_once));
    held.reset();
    locks.forget("sync/3");
    CHECK(fs::is_directory(scene.file("sync-3")));
    auto older = open_folder(scene.file("sync-3"))->lock(0);
    REQUIRE(older);
    CHECK_FALSE(locks.take("sync/3", at_once));
}

TEST_CASE("a backup locks the folder of the home") {
    Scene scene;
    auto locks = locks_of(scene.home);
    auto held = locks.take("backup", at_once);
    REQUIRE(held);
    CHECK_FALSE(open_folder(scene.home)->lock(0));
    CHECK_FALSE(locks_of(scene.home).take("backup", at_once));
    // It is none of the others.
    CHECK(locks.take("run/1", at_once));
    held.reset();
    auto older = open_folder(scene.home)->lock(0);
    REQUIRE(older);
    CHECK(locks.is_held("backup"));
    CHECK_FALSE(locks.take("backup", at_once));
}

TEST_CASE("a sync's folder that is a link or a file is no lock, and names that nobody gives are none") {
    Scene scene;
    fs::create_directory(scene.folder / "real");
    fs::create_directory_symlink(scene.folder / "real", scene.file("sync-1"));
    rekey::test::write_to(scene.file("sync-2"), "");
    for (const char* name : {"sync/1", "sync/2", "run/", "run", "run/../x", "sync/1/2", "other/1", ""}) {
        CAPTURE(name);
        CHECK(rekey::test::error_of([&] { locks_of(scene.home).take(name, at_once); }).code() == Code::failed);
    }
}

TEST_CASE("a store locks by name beside its database, for readers as for writers") {
    store::test::StoreFolder scratch;
    auto writer = scratch.create();
    fs::create_directory(scratch.folder / "runs");
    auto reader = scratch.open(Store::Mode::read);
    auto held = writer.lock("run/7");
    REQUIRE(held);
    CHECK(fs::exists(scratch.folder / "runs/7"));
    CHECK(reader.is_locked("run/7"));
    CHECK_FALSE(reader.lock("run/7", at_once));
    writer.write([&](Transaction& transaction) { set_setting(transaction, "held", "still"); });
    held.reset();
    CHECK_FALSE(reader.is_locked("run/7"));
    CHECK(reader.lock("backup", at_once));
    writer.forget_lock("run/7");
    CHECK_FALSE(fs::exists(scratch.folder / "runs/7"));
}
