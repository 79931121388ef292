#include "base/new_file.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "errors.hpp"
#include "scratch.hpp"

using namespace rekey;
using test::error_of;
namespace fs = std::filesystem;

TEST_CASE("a new file is there whole, and only for its owner, or not at all") {
    test::Scratch scratch;
    auto path = scratch / "file";
    mode_t old = ::umask(0);
    {
        NewFile file(path);
        file.write(view_of("half"));
        CHECK_FALSE(fs::exists(path));
    }
    CHECK(fs::is_empty(scratch.path()));
    {
        NewFile file(path);
        file.write(view_of("one "));
        file.write(view_of("two"));
        file.publish();
    }
    ::umask(old);
    CHECK(test::slurp(path) == "one two");
    CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    CHECK(std::distance(fs::directory_iterator(scratch.path()), {}) == 1);
}

TEST_CASE("a new file never takes the place of another one") {
    test::Scratch scratch;
    auto path = scratch / "file";
    {
        NewFile file(path);
        file.write(view_of("ours"));
        std::ofstream(path) << "theirs";
        CHECK(error_of([&] { file.publish(); }).code() == Code::refused);
    }
    CHECK(test::slurp(path) == "theirs");
    CHECK(error_of([&] { NewFile file(path); }).code() == Code::refused);
    fs::create_symlink("nowhere", scratch / "link");
    CHECK(error_of([&] { NewFile file(scratch / "link"); }).code() == Code::refused);
    CHECK(error_of([&] { NewFile file(scratch / "no/file"); }).code() == Code::usage);
    CHECK(error_of([&] { NewFile file(scratch.path() + "/"); }).code() == Code::usage);
    CHECK(test::slurp(path) == "theirs");
}

TEST_CASE("what a dead writer left is replaced, what a living one writes is not") {
    test::Scratch scratch;
    auto path = scratch / "file";
    std::ofstream(scratch / ".file.new") << "left over, and longer than what comes";
    {
        NewFile file(path);
        file.write(view_of("new"));
        CHECK(error_of([&] { NewFile other(path); }).code() == Code::busy);
        file.publish();
    }
    CHECK(test::slurp(path) == "new");
    CHECK(std::distance(fs::directory_iterator(scratch.path()), {}) == 1);
}
