#include "home/lock_files.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <filesystem>

#include "base/temporary_folder.hpp"
#include "errors.hpp"
#include "home/identity.hpp"

using namespace rekey;
namespace fs = std::filesystem;

namespace {

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
        auto held = one.take("run/1");
        REQUIRE(held);
        CHECK(fs::exists(scene.file("1")));
        CHECK(other.is_held("run/1"));
        CHECK_FALSE(other.take("run/1"));
        CHECK_FALSE(other.is_held("run/2"));
        CHECK(other.take("run/2"));
    }
    CHECK_FALSE(other.is_held("run/1"));
    CHECK(other.take("run/1"));
}

TEST_CASE("the file of a held lock is not removed, that of a free one is") {
    Scene scene;
    auto one = locks_of(scene.home);
    auto held = one.take("run/1");
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
    auto stale = one.take("run/1");
    fs::remove(scene.file("1"));
    CHECK_FALSE(one.is_held("run/1"));
    auto held = locks_of(scene.home).take("run/1");
    REQUIRE(held);
    stale.reset();
    CHECK(one.is_held("run/1"));
    one.forget("run/1");
    CHECK(fs::exists(scene.file("1")));
}

TEST_CASE("locks move with their home, and another one in its place has its own") {
    Scene scene;
    auto locks = locks_of(scene.home);
    auto held = locks.take("run/1");
    fs::rename(scene.home, scene.folder / "away");
    Scene::make(scene.home);
    auto others = locks_of(scene.home);
    CHECK_FALSE(others.is_held("run/1"));
    auto theirs = others.take("run/1");
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
    CHECK(rekey::test::error_of([&] { locks_of(scene.home).take("run/1"); }).code() == Code::failed);
    CHECK_FALSE(fs::exists(scene.folder / "elsewhere"));
    fs::remove_all(scene.home + "/runs");
    fs::create_directory(scene.folder / "real");
    fs::create_directory_symlink(scene.folder / "real", scene.home + "/runs");
    CHECK(rekey::test::error_of([&] { locks_of(scene.home).take("run/1"); }).code() == Code::failed);
    CHECK(fs::is_empty(scene.folder / "real"));
}

TEST_CASE("a home that was moved, replaced or copied over is another one") {
    Scene scene;
    rekey::test::write_to(scene.home + "/rekey.db", "one");
    HomeIdentity identity(scene.home);
    identity.require_in_place();
    auto refused = [&] { return rekey::test::error_of([&] { identity.require_in_place(); }).code() == Code::failed; };
    fs::rename(scene.home, scene.folder / "away");
    CHECK(refused());
    fs::copy(scene.folder / "away", scene.home, fs::copy_options::recursive);
    CHECK(refused());
    fs::remove_all(scene.home);
    fs::rename(scene.folder / "away", scene.home);
    identity.require_in_place();
    fs::copy_file(scene.home + "/rekey.db", scene.home + "/copy");
    fs::rename(scene.home + "/copy", scene.home + "/rekey.db");
    CHECK(refused());
}
