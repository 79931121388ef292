#include <doctest/doctest.h>

#include <filesystem>

#include "base/temporary_folder.hpp"
#include "units/driver.hpp"
#include "units/errors.hpp"

using namespace rekey;
using namespace rekey::test;
using units::connect;
using units::normalised_address;

TEST_CASE("what is no address is refused, and says how one looks") {
    for (std::string text : {"", "/srv/unit-1", "unit-1", "dir:", ":x", "DIR:/x", "-o:x", "dir:/a\nb", "dir:/\x1B[31m",
                             "ssh://root@unit-1/", "dir:/\xFF"}) {
        CAPTURE(text);
        Error error = error_of([&] { normalised_address(text); });
        CHECK(error.code() == Code::usage);
        CHECK_FALSE(error.hint().empty());
        CHECK(error_of([&] { connect(text); }).code() == Code::usage);
    }
    CHECK(error_of([] { normalised_address("/srv/unit-1"); }).hint() ==
          "for a folder of this machine: dir:/srv/unit-1");
    CHECK(error_of([] { normalised_address("ssh://x"); }).message() == "no driver for 'ssh' addresses is installed");
    CHECK_THROWS_AS(normalised_address("dir:" + std::string(5000, 'a')), Error);
}

TEST_CASE("folders become absolute, without what says nothing") {
    CHECK(normalised_address("dir:/srv/unit-1") == "dir:/srv/unit-1");
    CHECK(normalised_address("dir:/srv//unit-1///") == "dir:/srv/unit-1");
    CHECK(normalised_address("dir:/srv/./unit-1/.") == "dir:/srv/unit-1");
    CHECK(normalised_address("dir:/") == "dir:/");
    CHECK(normalised_address("dir:/a/../b") == "dir:/a/../b");  // only the filesystem knows what that is
    CHECK(normalised_address("dir:units/1") == "dir:" + std::filesystem::current_path().string() + "/units/1");
    CHECK(normalised_address("dir:/with space/ü") == "dir:/with space/ü");
}

TEST_CASE("a folder that is not there is unreachable; one that is, is a dir: unit") {
    TemporaryFolder place;
    CHECK(error_of([&] { connect("dir:" + (place / "none")); }).code() == Code::unreachable);
    write_to(place / "file", "x");
    CHECK(error_of([&] { connect("dir:" + (place / "file")); }).code() == Code::failed);
    CHECK(connect("dir:" + place.path() + "/")->describe().detail == place.path());
}
