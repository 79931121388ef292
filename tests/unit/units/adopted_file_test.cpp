#include "units/adoption/adopted_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <filesystem>

#include "base/faulty_folder.hpp"
#include "base/temporary_folder.hpp"
#include "errors.hpp"

using namespace rekey;
using namespace rekey::test;
using units::AdoptedFile;
using units::LinkPlace;
using units::Old;
namespace fs = std::filesystem;

TEST_CASE("a file that is not there is told by its path") {
    TemporaryFolder place;
    for (std::string path : {place / "none", place / "none/deeper", std::string(), place.path() + "/"}) {
        CAPTURE(path);
        CHECK(error_of([&] { AdoptedFile file(path); }).code() == Code::usage);
    }
    CHECK_THROWS_AS(AdoptedFile file(place.path()), Error);
}

TEST_CASE("a file becomes a link, is put back as it was, or forgotten with nothing left of its bytes") {
    TemporaryFolder place;
    write_to(place / "key.pem", "secret");
    fs::permissions(place / "key.pem", fs::perms(0640));
    Descriptor witness(::open((place / "key.pem").c_str(), O_RDONLY | O_CLOEXEC));
    AdoptedFile file(place / "key.pem");
    CHECK(text_of(file.content()) == "secret");
    LinkPlace link(place / "key.pem", "/slot/key.pem");
    link.prepare();
    CHECK(content_of(place / "key.pem") == "secret");
    file.become_link(link);
    CHECK(fs::read_symlink(place / "key.pem") == "/slot/key.pem");
    link.restore();
    CHECK(content_of(place / "key.pem") == "secret");
    CHECK(fs::status(place / "key.pem").permissions() == fs::perms(0640));
    CHECK(open_folder(place.path())->names().size() == 1);
    file.become_link(link);
    link.forget(Old::secret);
    CHECK(fs::read_symlink(place / "key.pem") == "/slot/key.pem");
    CHECK(open_folder(place.path())->names().size() == 1);
    std::string left(6, 'x');
    REQUIRE(::pread(witness.get(), left.data(), left.size(), 0) == 6);
    CHECK(left == std::string(6, '\0'));
    CHECK(error_of([&] { link.restore(); }).code() == Code::failed);
}

TEST_CASE("a link to a file becomes another link, and the file stays") {
    TemporaryFolder place;
    write_to(place / "archive.pem", "secret");
    fs::create_symlink("archive.pem", place / "live.pem");
    AdoptedFile file(place / "live.pem");
    CHECK(text_of(file.content()) == "secret");
    CHECK(file.place() == place / "archive.pem");
    LinkPlace link(place / "live.pem", "/slot/key.pem");
    file.become_link(link);
    CHECK(fs::read_symlink(place / "live.pem") == "/slot/key.pem");
    link.restore();
    CHECK(fs::read_symlink(place / "live.pem") == "archive.pem");
    file.become_link(link);
    link.forget(Old::secret);
    CHECK(content_of(place / "archive.pem") == "secret");
    CHECK(open_folder(place.path())->names().size() == 2);
}

TEST_CASE("a file that has changed since it was read is not replaced, nor is what has the name beside it") {
    TemporaryFolder place;
    write_to(place / "key.pem", "old");
    AdoptedFile file(place / "key.pem");
    LinkPlace link(place / "key.pem", "/slot/key.pem");
    write_to(place / "key.pem", "new");
    CHECK(error_of([&] { file.become_link(link); }).code() == Code::refused);
    CHECK(content_of(place / "key.pem") == "new");
    write_to(place / ".key.pem.rekey", "precious");
    CHECK(error_of([&] { link.prepare(); }).code() == Code::refused);
    CHECK(content_of(place / ".key.pem.rekey") == "precious");
}

TEST_CASE("what lies in a slot's folder is known for that, whatever part of it") {
    TemporaryFolder place;
    fs::create_directories(place / "unit/online/gen/000001");
    fs::create_directories(place / "unit/online/pending");
    fs::create_directories(place / "other/gen");
    CHECK(units::slot_around(place / "unit/online/gen/000001/key.pem").empty());
    fs::create_symlink("gen/000001", place / "unit/online/current");
    CHECK(units::slot_around(place / "unit/online/gen/000001/key.pem") == place / "unit/online");
    CHECK(units::slot_around(place / "unit/online/pending/key.pem") == place / "unit/online");
    CHECK(units::slot_around(place / "other/gen/key.pem").empty());
    CHECK(units::slot_around("/etc/ssl/key.pem").empty());
}

namespace {

/// Steps of an adoption at one path, with a fault at every point; the path leads to the old bytes or to the link.
void at_every_point(const std::function<void(LinkPlace&)>& begin, const std::function<void(LinkPlace&)>& end,
                    bool is_link_after) {
    using Kind = Faults::Kind;
    for (Kind kind : {Kind::error, Kind::kill, Kind::power_loss}) {
        for (int at = 1;; ++at) {
            CAPTURE(static_cast<int>(kind));
            CAPTURE(at);
            TemporaryFolder place;
            write_to(place / "key.pem", "secret");
            LinkPlace sound(place / "key.pem", "/slot/key.pem");
            begin(sound);
            Faults faults;
            faults.kind = kind;
            faults.at = at;
            bool done = false;
            try {
                LinkPlace link(std::make_unique<FaultyFolder>(open_folder(place.path()), faults), "key.pem",
                               "/slot/key.pem");
                end(link);
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
            if (done) CHECK(is_link == is_link_after);
            end(sound);
            CHECK(fs::is_symlink(place / "key.pem") == is_link_after);
            if (!is_link_after) CHECK(content_of(place / "key.pem") == "secret");
            CHECK(open_folder(place.path())->names().size() == 1);
            if (got_through) break;
        }
    }
}

}  // namespace

TEST_CASE("at every instant the path leads to the old bytes or to the link, and a repeat completes it") {
    at_every_point([](LinkPlace&) {},
                   [](LinkPlace& link) {
                       link.prepare();
                       link.put();
                       link.forget(Old::secret);
                   },
                   true);
    at_every_point([](LinkPlace& link) { link.put(); }, [](LinkPlace& link) { link.restore(); }, false);
    at_every_point([](LinkPlace& link) { link.prepare(); }, [](LinkPlace& link) { link.restore(); }, false);
}
