#include "base/files/new_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/temporary_folder.hpp"
#include "errors.hpp"
#include "rekey/base/base.hpp"

using namespace rekey;
using namespace rekey::test;
namespace fs = std::filesystem;

TEST_CASE("a new file is not seen before it is whole, and belongs to its owner alone") {
    TemporaryFolder place;
    auto mask = ::umask(0);
    {
        NewFile file(place / "new");
        file.write(view_of("all of it, "));
        file.write(view_of("in two parts"));
        CHECK_FALSE(fs::exists(place / "new"));
        file.commit();
    }
    ::umask(mask);
    CHECK(content_of(place / "new") == "all of it, in two parts");
    struct stat status {};
    REQUIRE(::stat((place / "new").c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(std::distance(fs::directory_iterator(place.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("without a commit nothing is left") {
    TemporaryFolder place;
    { NewFile(place / "new").write(view_of("x")); }
    CHECK(fs::is_empty(place.path()));
}

TEST_CASE("what is there already is never written over") {
    TemporaryFolder place;
    write_to(place / "old", "kept");
    CHECK(error_of([&] { NewFile file(place / "old"); }).code() == Code::refused);
    fs::create_symlink("nowhere", place / "link");
    CHECK(error_of([&] { NewFile file(place / "link"); }).code() == Code::refused);
    NewFile file(place / "new");
    file.write(view_of("late"));
    write_to(place / "new", "first");
    CHECK(error_of([&] { file.commit(); }).message() == (place / "new") + " is there already");
    CHECK(content_of(place / "new") == "first");
    CHECK(content_of(place / "old") == "kept");
}

TEST_CASE("a folder that is not there is named") {
    TemporaryFolder place;
    auto error = error_of([&] { NewFile file(place / "none/new"); });
    CHECK(error.code() == Code::usage);
    CHECK(error.message() == "there is no folder " + (place / "none"));
    CHECK(error_of([&] { NewFile file(place / ".."); }).code() == Code::usage);
}
