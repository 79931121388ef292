#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/temporary_folder.hpp"
#include "errors.hpp"
#include "units/folder/dir_driver.hpp"
#include "units/online_slot.hpp"

using namespace rekey;
using namespace rekey::test;
using units::DirDriver;
using units::SlotPath;
namespace fs = std::filesystem;

namespace {

std::string all_of(const std::string& path) {
    return must("cd " + path +
                " && find . -printf '%p %i %m %s %l\\n' | sort && find . -type f -exec sha256sum {} + | sort");
}

}  // namespace

TEST_CASE("a folder of another program is refused before anything in it is touched") {
    for (std::string name : {"pending/2026/order", "pending/key.pem", "spare/list", "gen/000007/data",
                             "gen/000001/key.pem", "pending/token", "spare/key.pem", "gen/000003/deep/deeper/file"}) {
        CAPTURE(name);
        TemporaryFolder place;
        auto path = fs::path(place / "online") / name;
        fs::create_directories(path.parent_path());
        write_to(path.string(), "of somebody");
        auto unit = DirDriver(open_folder(place.path()));
        auto before = all_of(place.path());
        auto error = error_of([&] { unit.create_key(online, {"ec-p256", "t1"}); });
        CHECK(error.code() == Code::refused);
        CHECK(error.message().find("was not made by rekey") != std::string::npos);
        unit.discard(online, "t1");
        unit.discard(online, "");
        CHECK(all_of(place.path()) == before);
    }
    for (std::string name : {"pending", "spare", "gen/000001"}) {
        CAPTURE(name);
        TemporaryFolder place;
        fs::create_directories(place / ("online/" + name));
        auto unit = DirDriver(open_folder(place.path()));
        CHECK(error_of([&] { unit.create_key(online, {"ec-p256", "t1"}); }).code() == Code::refused);
        CHECK(fs::is_directory(place / ("online/" + name)));
    }
}

TEST_CASE("what somebody puts beside the pairs of a slot in use is told and left, and renewals go on") {
    for (std::string name : {"spare/list", "gen/000099/data", "gen/000099/key.pem", "gen/000001/notes"}) {
        CAPTURE(name);
        TemporaryFolder place;
        auto unit = DirDriver(open_folder(place.path()));
        renew(unit, "t1");
        auto path = fs::path(place / "online") / name;
        fs::create_directories(path.parent_path());
        write_to(path.string(), "of somebody");
        for (std::string token : {"t2", "t3", "t4", "t5"}) {
            auto chain = renew(unit, token);
            CHECK(unit.read(online)->chain == chain);
        }
        CHECK(content_of(path.string()) == "of somebody");
        auto told = unit.list().front().concerns;
        REQUIRE(told.size() == 1);
        CHECK(told.front().kind == units::Concern::Kind::not_ours);
        CHECK(told.front().what.find(path.parent_path().string()) != std::string::npos);
    }
}

TEST_CASE("that an old key could not be removed, as its folder is somebody's, is no success") {
    TemporaryFolder place;
    auto unit = DirDriver(open_folder(place.path()));
    renew(unit, "t1");
    write_to(place / "online/gen/000001/notes", "of somebody");
    auto chain = renew(unit, "t2");
    auto error = error_of([&] { unit.retire(online, sha256(chain.front())); });
    CHECK(error.code() == Code::failed);
    CHECK(error.message().find("gen/000001") != std::string::npos);
    CHECK(unit.read(online)->chain == chain);
    CHECK(content_of(place / "online/gen/000001/notes") == "of somebody");
}

TEST_CASE("a new key is never written into a file, or a folder, that was somebody's") {
    TemporaryFolder place;
    auto unit = DirDriver(open_folder(place.path()));
    for (std::string token : {"t1", "t2", "t3"}) renew(unit, token);
    REQUIRE(fs::exists(place / "online/spare/token"));
    REQUIRE_FALSE(fs::exists(place / "online/spare/key.pem"));
    // Who kept a file of the name open, or may write the folder, would have the next key.
    write_to(place / "online/spare/key.pem", std::string(241, '\0'));
    fs::permissions(place / "online/spare/key.pem", fs::perms::owner_read | fs::perms::owner_write);
    std::ifstream witness(place / "online/spare/key.pem", std::ios::binary);
    if (::geteuid() == 0) REQUIRE(::chown((place / "online/spare").c_str(), 12345, 12345) == 0);
    unit.create_key(online, {"ec-p256", "t4"});
    CHECK(content_of(place / "online/pending/key.pem").find("PRIVATE KEY") != std::string::npos);
    std::string seen(std::istreambuf_iterator<char>(witness), {});
    CHECK(seen.find("PRIVATE KEY") == std::string::npos);
    CHECK(must("stat -c '%u %a' " + (place / "online/pending")) == std::to_string(::geteuid()) + " 755\n");
}

TEST_CASE("from a pair that was proven to be in use, no way leads to an empty slot") {
    TemporaryFolder place;
    auto unit = DirDriver(open_folder(place.path()));
    auto first = renew(unit, "t1");
    auto refused = [&](const std::vector<Bytes>& chain, bool was_empty) {
        auto error = error_of([&] { unit.revert(online, sha256(chain.front()), was_empty); });
        CHECK(error.code() == Code::refused);
        CHECK(error.message().find("stays in use") != std::string::npos);
        CHECK(unit.read(online)->chain == chain);
        CHECK(unit.read(online)->key_matches);
    };
    // The first one: whoever asks may be a home that was restored, and remembers an empty slot.
    refused(first, true);
    auto second = renew(unit, "t2");
    CHECK(unit.revert(online, sha256(second.front()), false));
    CHECK(unit.read(online)->chain == first);
    second = renew(unit, "t2");
    unit.retire(online, sha256(second.front()));
    refused(second, false);
    refused(second, true);
    renew(unit, "t3");
}
