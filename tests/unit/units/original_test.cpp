#include "units/original.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <filesystem>

#include "base/faulty_folder.hpp"
#include "base/temporary_folder.hpp"
#include "errors.hpp"

using namespace rekey;
using namespace rekey::test;
using units::Old;
using units::Original;
using units::replace_by_link;
namespace fs = std::filesystem;

TEST_CASE("a file that is not there is told by its path") {
    TemporaryFolder place;
    for (std::string path : {place / "none", place / "none/deeper", std::string(), place.path() + "/"}) {
        CAPTURE(path);
        CHECK(error_of([&] { Original file(path); }).code() == Code::usage);
    }
    CHECK_THROWS_AS(Original file(place.path()), Error);
}

TEST_CASE("a file becomes a link, and of its own bytes nothing is left") {
    TemporaryFolder place;
    write_to(place / "key.pem", "secret");
    Descriptor witness(::open((place / "key.pem").c_str(), O_RDONLY | O_CLOEXEC));
    Original file(place / "key.pem");
    CHECK(text_of(file.content()) == "secret");
    file.become_link("/slot/key.pem", Old::secret);
    CHECK(fs::read_symlink(place / "key.pem") == "/slot/key.pem");
    CHECK(open_folder(place.path())->names().size() == 1);
    std::string left(6, 'x');
    REQUIRE(::pread(witness.get(), left.data(), left.size(), 0) == 6);
    CHECK(left == std::string(6, '\0'));
}

TEST_CASE("a link to a file becomes another link, and the file stays") {
    TemporaryFolder place;
    write_to(place / "archive.pem", "secret");
    fs::create_symlink("archive.pem", place / "live.pem");
    Original file(place / "live.pem");
    CHECK(text_of(file.content()) == "secret");
    CHECK(file.place() == place / "archive.pem");
    file.become_link("/slot/key.pem", Old::secret);
    CHECK(fs::read_symlink(place / "live.pem") == "/slot/key.pem");
    CHECK(content_of(place / "archive.pem") == "secret");
    CHECK(open_folder(place.path())->names().size() == 2);
}

TEST_CASE("a file that has changed since it was read is not replaced") {
    TemporaryFolder place;
    write_to(place / "key.pem", "old");
    Original file(place / "key.pem");
    write_to(place / "key.pem", "new");
    CHECK(error_of([&] { file.become_link("/slot/key.pem", Old::secret); }).code() == Code::refused);
    CHECK(content_of(place / "key.pem") == "new");
}

TEST_CASE("at every instant the path leads to the old bytes or to the link, and a repeat completes it") {
    using Kind = Faults::Kind;
    for (Kind kind : {Kind::error, Kind::kill, Kind::power_loss}) {
        for (int at = 1;; ++at) {
            CAPTURE(static_cast<int>(kind));
            CAPTURE(at);
            TemporaryFolder place;
            write_to(place / "key.pem", "secret");
            Faults faults;
            faults.kind = kind;
            faults.at = at;
            bool done = false;
            try {
                FaultyFolder folder(open_folder(place.path()), faults);
                replace_by_link(folder, "key.pem", "/slot/key.pem", Old::secret);
                done = true;
            } catch (const Error&) {
            } catch (const Killed&) {
            }
            bool got_through = done && faults.points < at;
            if (got_through) faults.lose_power();
            bool is_link = fs::is_symlink(place / "key.pem");
            if (is_link)
                CHECK(fs::read_symlink(place / "key.pem") == "/slot/key.pem");
            else
                CHECK(content_of(place / "key.pem") == "secret");
            if (done) CHECK(is_link);
            replace_by_link(*open_folder(place.path()), "key.pem", "/slot/key.pem", Old::secret);
            CHECK(fs::read_symlink(place / "key.pem") == "/slot/key.pem");
            CHECK(open_folder(place.path())->names().size() == 1);
            if (got_through) break;
        }
    }
}
