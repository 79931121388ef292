#include "base/files/folder.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include "base/faulty_folder.hpp"
#include "base/temporary_folder.hpp"
#include "errors.hpp"
#include "rekey/base/base.hpp"

using namespace rekey;
using namespace rekey::test;
namespace fs = std::filesystem;

namespace {

mode_t mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

struct Umask {
    explicit Umask(mode_t mask) : old(::umask(mask)) {}
    ~Umask() { ::umask(old); }
    mode_t old;
};

}  // namespace

TEST_CASE("a folder that is removed while it is open has nothing in it") {
    TemporaryFolder root;
    auto folder = open_folder(root.path());
    auto inner = folder->make_folder("inner", 0700);
    REQUIRE(::rmdir((root / "inner").c_str()) == 0);
    CHECK(inner->listing().empty());
    CHECK(folder->listing().empty());
}

TEST_CASE("a folder that is not there is unreachable, and named") {
    TemporaryFolder place;
    Error error = error_of([&] { open_folder(place / "none"); });
    CHECK(error.code() == Code::unreachable);
    CHECK(error.message() == "cannot open " + (place / "none") + ": No such file or directory");
    CHECK(error_of([&] { make_folder(place / "none/inner"); }).code() == Code::unreachable);
    write_to(place / "file", "x");
    CHECK(error_of([&] { open_folder(place / "file"); }).code() == Code::failed);
    CHECK(error_of([&] { make_folder(place / "file"); }).code() == Code::failed);
}

TEST_CASE("names that lead elsewhere are refused by every operation") {
    TemporaryFolder place;
    fs::create_directory(place / "inner");
    write_to(place / "secret", "untouched");
    auto folder = open_folder(place / "inner");
    for (std::string name : {std::string(), std::string("."), std::string(".."), std::string("../secret"),
                             std::string("/etc"), std::string("a/b"), std::string("a\0b", 3)}) {
        CAPTURE(name);
        CHECK_THROWS_AS(folder->open(name), Error);
        CHECK_THROWS_AS(folder->look(name), Error);
        CHECK_THROWS_AS(folder->read(name, 100), Error);
        CHECK_THROWS_AS(folder->read_secret(name, 100), Error);
        CHECK_THROWS_AS(folder->read_link(name), Error);
        CHECK_THROWS_AS(folder->make_folder(name), Error);
        CHECK_THROWS_AS(folder->create(name, {}), Error);
        CHECK_THROWS_AS(folder->rewrite(name, {}, {}), Error);
        CHECK_THROWS_AS(folder->sync_file(name), Error);
        CHECK_THROWS_AS(folder->make_link(name, "t"), Error);
        CHECK_THROWS_AS(folder->rename(name, *folder, "b"), Error);
        CHECK_THROWS_AS(folder->rename("b", *folder, name), Error);
        CHECK_THROWS_AS(folder->exchange(name, "b"), Error);
        CHECK_THROWS_AS(folder->remove(name), Error);
        CHECK_THROWS_AS(folder->remove_tree(name), Error);
        CHECK_THROWS_AS(folder->destroy(name), Error);
    }
    CHECK(content_of(place / "secret") == "untouched");
    CHECK(fs::is_empty(place / "inner"));
}

TEST_CASE("links are never followed") {
    TemporaryFolder place;
    fs::create_directory(place / "inner");
    fs::create_directory(place / "outside");
    write_to(place / "outside/file", "untouched");
    fs::create_symlink(place / "outside", place / "inner/folder");
    fs::create_symlink(place / "outside/file", place / "inner/file");
    auto folder = open_folder(place / "inner");

    CHECK(error_of([&] { folder->open("folder"); }).message() ==
          (place / "inner/folder") + " is a symbolic link, where a folder is expected");
    CHECK_THROWS_AS(folder->make_folder("folder"), Error);
    CHECK(error_of([&] { folder->read("file", 100); }).message() ==
          (place / "inner/file") + " is a symbolic link, where a file is expected");
    CHECK_THROWS_AS(folder->read_secret("file", 100), Error);
    CHECK_THROWS_AS(folder->create("file", view_of("mine")), Error);
    CHECK_THROWS_AS(folder->destroy("file"), Error);
    CHECK(folder->look("file")->kind == FolderEntry::Kind::link);

    folder->remove_tree("folder");
    folder->remove("file");
    CHECK(fs::is_empty(place / "inner"));
    CHECK(content_of(place / "outside/file") == "untouched");
}

TEST_CASE("the path of the folder itself may pass through links") {
    TemporaryFolder place;
    fs::create_directory(place / "real");
    fs::create_directory_symlink(place / "real", place / "link");
    open_folder(place / "link/")->create("file", view_of("x"));
    CHECK(content_of(place / "real/file") == "x");
}

TEST_CASE("a folder is opened without links only where no part of its path is one") {
    TemporaryFolder place;
    fs::create_directories(place / "real/inner");
    fs::create_directory_symlink(place / "real", place / "link");
    write_to(place / "file", "x");
    CHECK(open_folder_without_links(place / "link") == nullptr);
    CHECK(open_folder_without_links(place / "link/inner") == nullptr);
    CHECK(open_folder_without_links(place / "none") == nullptr);
    CHECK(open_folder_without_links(place / "file") == nullptr);
    // Null as well where the system has no openat2.
    if (auto straight = open_folder_without_links(place / "real/inner/"))
        CHECK(straight->path() == place / "real/inner");
}

TEST_CASE("pipes and devices are no files, and never make it wait") {
    TemporaryFolder place;
    REQUIRE(::mkfifo((place / "pipe").c_str(), 0600) == 0);
    auto folder = open_folder(place.path());
    CHECK(error_of([&] { folder->read("pipe", 10); }).message() == (place / "pipe") + " is not an ordinary file");
    CHECK_THROWS_AS(folder->destroy("pipe"), Error);
    fs::create_directory(place / "inner");
    CHECK_THROWS_AS(folder->read("inner", 10), Error);
    CHECK_THROWS_AS(folder->destroy("inner"), Error);
    CHECK(folder->look("pipe")->kind == FolderEntry::Kind::other);
}

TEST_CASE("reading stops at the limit") {
    TemporaryFolder place;
    write_to(place / "file", "12345");
    auto folder = open_folder(place.path());
    CHECK(error_of([&] { folder->read("file", 4); }).message() ==
          (place / "file") + " has 5 bytes; at most 4 are expected");
    CHECK(text_of(*folder->read("file", 5)) == "12345");
    CHECK(text_of(folder->read_secret("file", 5)->view()) == "12345");
    CHECK_FALSE(folder->read("none", 5));
    CHECK_FALSE(folder->read_secret("none", 5));
    CHECK_FALSE(folder->read_link("none"));
    CHECK_FALSE(folder->look("none"));
    CHECK(folder->open("none") == nullptr);
    write_to(place / "empty", "");
    CHECK(folder->read("empty", 5)->empty());
}

TEST_CASE("a new file has exactly the mode asked for, whatever the umask") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    for (mode_t mask : {0000u, 0022u, 0777u}) {
        CAPTURE(mask);
        Umask changed(mask);
        std::string name = "f" + std::to_string(mask);
        folder->create(name, view_of("x"));
        CHECK(mode_of(place / name) == 0600);
        folder->create(name + "g", view_of("x"), {.mode = 0640, .owner = {}, .group = ::getegid()});
        CHECK(mode_of(place / (name + "g")) == 0640);
        folder->make_folder(name + "d");
        CHECK(mode_of(place / (name + "d")) == 0700);
        folder->make_folder(name + "e", 0755);
        CHECK(mode_of(place / (name + "e")) == 0755);
        make_folder(place / (name + "h"));
        CHECK(mode_of(place / (name + "h")) == 0700);
    }
}

TEST_CASE("a folder that is there already keeps its mode and content") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    folder->make_folder("inner", 0750)->create("file", view_of("x"));
    folder->make_folder("inner", 0700);
    CHECK(mode_of(place / "inner") == 0750);
    CHECK(make_folder(place / "inner")->names() == std::vector<std::string>{"file"});
}

TEST_CASE("a taken name is not overwritten") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    folder->create("file", view_of("first"));
    Error error = error_of([&] { folder->create("file", view_of("second")); });
    CHECK(error.message() == "cannot make " + (place / "file") + ": File exists");
    CHECK(content_of(place / "file") == "first");
}

TEST_CASE("a file that could not be written whole is removed") {
    TemporaryFolder place;
    pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {  // the limit stays in the child
        std::signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit {
            1000, 1000
        };
        ::setrlimit(RLIMIT_FSIZE, &limit);
        int status = 1;
        try {
            open_folder(place.path())->create("file", Bytes(5000, 1));
        } catch (const Error& error) {
            bool named = error.message() == "cannot write " + (place / "file") + ": File too large";
            status = error.code() == Code::failed && named ? 0 : 2;
        }
        ::_exit(status);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(fs::is_empty(place.path()));
}

TEST_CASE("names come in order") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    for (const char* name : {"b", "a", ".c"}) folder->create(name, {});
    CHECK(folder->names() == std::vector<std::string>{".c", "a", "b"});
    CHECK(folder->names().size() == 3);  // also the second time
}

TEST_CASE("removing works on files, links and trees, and twice") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    auto inner = folder->make_folder("inner");
    inner->make_folder("deep")->create("file", view_of("x"));
    CHECK_THROWS_AS(folder->remove("inner"), Error);  // not empty
    folder->remove_tree("inner");
    folder->remove_tree("inner");
    folder->make_folder("empty");
    folder->remove("empty");
    folder->remove("empty");
    CHECK(folder->names().empty());
}

TEST_CASE("what is made in a folder that was removed meanwhile fails as unreachable") {
    TemporaryFolder place;
    auto inner = open_folder(place.path())->make_folder("inner");
    fs::remove(place / "inner");
    CHECK(error_of([&] { inner->create("file", {}); }).code() == Code::unreachable);
    CHECK(error_of([&] { inner->make_folder("inner"); }).code() == Code::unreachable);
}

TEST_CASE("destroying overwrites the bytes before the name goes") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    Bytes key(10'000, 0xAB);
    folder->create("key", key);
    Descriptor witness(::open((place / "key").c_str(), O_RDONLY | O_CLOEXEC));
    folder->destroy("key");
    CHECK_FALSE(fs::exists(place / "key"));
    Bytes left(key.size(), 1);
    REQUIRE(::read(witness.get(), left.data(), left.size()) == static_cast<ssize_t>(left.size()));
    CHECK(left == Bytes(key.size(), 0));
    folder->destroy("key");
}

TEST_CASE("rewriting puts new content into the same file, and only into one of our own") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    const Access access{.mode = 0640, .owner = {}, .group = {}, .acl = {}};
    CHECK_FALSE(folder->rewrite("file", view_of("x"), access));
    folder->create("file", view_of("longer than before"), access);
    CHECK_FALSE(folder->rewrite("file", view_of("x"), {}));
    Descriptor witness(::open((place / "file").c_str(), O_RDONLY | O_CLOEXEC));
    CHECK(folder->rewrite("file", view_of("short"), access));
    CHECK(content_of(place / "file") == "short");
    CHECK(mode_of(place / "file") == 0640);
    CHECK(content_of("/proc/self/fd/" + std::to_string(witness.get())) == "short");

    fs::create_hard_link(place / "file", place / "other");
    CHECK_FALSE(folder->rewrite("file", view_of("mine"), access));
    write_to(place / "outside", "untouched");
    fs::create_symlink("outside", place / "link");
    CHECK_FALSE(folder->rewrite("link", view_of("mine"), access));
    CHECK(content_of(place / "other") == "short");
    CHECK(content_of(place / "outside") == "untouched");
}

TEST_CASE("writes that are synced once fail alone, and do not wait for those of other threads") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    folder->sync_once([] {});
    auto write_two = [&] {
        folder->create("a", view_of("1"));
        folder->sync_once([&] { folder->create("b", view_of("2")); });  // one in another
        folder->create("a", view_of("3"));
    };
    CHECK_THROWS_AS(folder->sync_once(write_two), Error);
    CHECK(content_of(place / "a") == "1");
    CHECK(content_of(place / "b") == "2");

    constexpr int threads = 8;
    std::vector<std::thread> writers;
    std::atomic<int> failed = 0;
    for (int i = 0; i < threads; ++i)
        writers.emplace_back([&, i] {
            auto name = std::to_string(i);
            auto mine = open_folder(place.path())->make_folder(name);
            for (int round = 0; round < 20; ++round) try {
                    mine->sync_once([&] {
                        for (const char* file : {"x", "y"}) mine->remove(file);
                        mine->create("x", view_of(std::to_string(round)));
                        mine->create("y", view_of(std::to_string(round)));
                        mine->sync();
                    });
                } catch (const Error&) {
                    ++failed;
                }
        });
    for (auto& writer : writers) writer.join();
    CHECK(failed == 0);
    for (int i = 0; i < threads; ++i) CHECK(content_of(place / (std::to_string(i) + "/y")) == "19");
}

TEST_CASE("only an ordinary file can be synced") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    folder->create("file", view_of("x"));
    folder->make_link("link", "file");
    folder->sync_file("file");
    CHECK_THROWS_AS(folder->sync_file("link"), Error);
    CHECK_THROWS_AS(folder->sync_file("none"), Error);
}

TEST_CASE("destroying leaves other hard links of the file alone") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    folder->create("key", view_of("shared"));
    fs::create_hard_link(place / "key", place / "other");
    CHECK(folder->look("key")->links == 2);
    folder->destroy("key");
    CHECK_FALSE(fs::exists(place / "key"));
    CHECK(content_of(place / "other") == "shared");
}

TEST_CASE("a key that not even its owner may write is destroyed all the same") {
    TemporaryFolder place;
    fs::permissions(place.path(), fs::perms::all);
    open_folder(place.path())->create("keep", {});
    pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int status = 1;
        if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(3);
        try {
            auto folder = open_folder(place.path());
            folder->create("key", view_of("secret"), {.mode = 0400, .owner = {}, .group = {}, .acl = {}});
            Descriptor witness(::open((place / "key").c_str(), O_RDONLY | O_CLOEXEC));
            folder->destroy("key");
            char byte = 1;
            status = ::read(witness.get(), &byte, 1) == 1 && byte == 0 ? 0 : 2;
        } catch (...) {
        }
        ::_exit(status);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
}

TEST_CASE("renaming replaces, also in another folder") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    auto inner = folder->make_folder("inner");
    folder->create("a", view_of("new"));
    inner->create("b", view_of("old"));
    folder->rename("a", *inner, "b");
    CHECK(content_of(place / "inner/b") == "new");
    CHECK_FALSE(fs::exists(place / "a"));
    CHECK_THROWS_AS(folder->rename("none", *inner, "b"), Error);
    CHECK(content_of(place / "inner/b") == "new");
}

TEST_CASE("exchanging swaps two names") {
    TemporaryFolder place;
    auto folder = open_folder(place.path());
    folder->create("a", view_of("1"));
    folder->make_link("b", "target");
    CHECK(folder->exchange("a", "b"));
    CHECK(*folder->read_link("a") == "target");
    CHECK(content_of(place / "b") == "1");
    CHECK_THROWS_AS(folder->exchange("a", "none"), Error);
}

TEST_CASE("one lock at a time, given up when it is destroyed") {
    TemporaryFolder place;
    auto one = open_folder(place.path());
    auto other = open_folder(place.path());
    auto held = one->lock(0);
    REQUIRE(held);
    CHECK(other->lock(0) == nullptr);
    CHECK(one->lock(20) == nullptr);  // through the same folder too
    std::thread releaser([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        held.reset();
    });
    CHECK(other->lock(10'000));
    releaser.join();
}

TEST_CASE("replacing a file leaves the old or the new one at every instant") {
    using Kind = Faults::Kind;
    for (Kind kind : {Kind::error, Kind::kill, Kind::power_loss}) {
        for (int at = 1;; ++at) {
            CAPTURE(static_cast<int>(kind));
            CAPTURE(at);
            TemporaryFolder place;
            write_to(place / "file", "old");
            write_to(place / ".file.new", "left by an earlier crash");
            Faults faults;
            faults.kind = kind;
            faults.at = at;
            bool done = false;
            try {
                FaultyFolder folder(open_folder(place.path()), faults);
                replace_file(folder, "file", view_of("new"), {.mode = 0640, .owner = {}, .group = {}, .acl = {}});
                done = true;
                faults.lose_power();
            } catch (const Error&) {
            } catch (const Killed&) {
            }
            std::string content = content_of(place / "file");
            CHECK((content == "new" || (content == "old" && !done)));
            replace_file(*open_folder(place.path()), "file", view_of("again"));
            CHECK(content_of(place / "file") == "again");
            CHECK_FALSE(fs::exists(place / ".file.new"));
            if (done) break;
        }
    }
}

TEST_CASE("replacing a file by one that was not synced leaves the old or the whole new one") {
    using Kind = Faults::Kind;
    for (Kind kind : {Kind::error, Kind::kill, Kind::power_loss}) {
        for (int at = 1;; ++at) {
            CAPTURE(static_cast<int>(kind));
            CAPTURE(at);
            TemporaryFolder place;
            write_to(place / "file", "old");
            write_to(place / "made", "new");
            Faults faults;
            faults.kind = kind;
            faults.at = at;
            bool done = false;
            try {
                FaultyFolder folder(open_folder(place.path()), faults);
                replace_by(folder, "made", "file");
                done = true;
                faults.lose_power();
            } catch (const Error&) {
            } catch (const Killed&) {
            }
            std::string content = content_of(place / "file");
            CHECK((content == "new" || (content == "old" && !done)));
            if (done) break;
        }
    }
}

TEST_CASE("replacing a link leaves the old or the new one at every instant") {
    using Kind = Faults::Kind;
    for (Kind kind : {Kind::error, Kind::kill, Kind::power_loss}) {
        for (int at = 1;; ++at) {
            CAPTURE(static_cast<int>(kind));
            CAPTURE(at);
            TemporaryFolder place;
            fs::create_symlink("old", place / "link");
            Faults faults;
            faults.kind = kind;
            faults.at = at;
            bool done = false;
            try {
                FaultyFolder folder(open_folder(place.path()), faults);
                replace_link(folder, "link", "new");
                done = true;
                faults.lose_power();
            } catch (const Error&) {
            } catch (const Killed&) {
            }
            std::string target = fs::read_symlink(place / "link");
            CHECK((target == "new" || (target == "old" && !done)));
            replace_link(*open_folder(place.path()), "link", "again");
            CHECK(fs::read_symlink(place / "link") == "again");
            if (done) break;
        }
    }
}

TEST_CASE("the double itself forgets what was not synced, and nothing else") {
    TemporaryFolder place;
    auto setup = open_folder(place.path());
    setup->make_folder("inner")->create("kept", view_of("1"));
    setup->create("victim", view_of("2"));
    Faults faults;
    FaultyFolder folder(open_folder(place.path()), faults);
    auto inner = folder.open("inner");
    inner->create("synced", view_of("3"));
    inner->sync();
    inner->create("lost", view_of("4"));
    folder.rename("inner", folder, "renamed");
    folder.remove("victim");
    folder.make_folder("new", 0700)->create("inside", view_of("5"));
    faults.lose_power();
    CHECK(open_folder(place.path())->names() == std::vector<std::string>{"inner", "victim"});
    CHECK(open_folder(place / "inner")->names() == std::vector<std::string>{"kept", "synced"});
    CHECK(content_of(place / "victim") == "2");
    CHECK_THROWS_AS(folder.names(), Killed);
}
