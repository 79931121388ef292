#include "units/folder/key_rights.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>

#include "base/files/access_list.hpp"
#include "base/files/descriptor.hpp"
#include "base/temporary_folder.hpp"
#include "errors.hpp"
#include "units/driver/remedy.hpp"
#include "units/folder/dir_driver.hpp"
#include "units/online_slot.hpp"

using namespace rekey;
using namespace rekey::test;
using units::DirDriver;
using units::SlotPath;
namespace fs = std::filesystem;

namespace {

/// An ACL as the system keeps it; entries are tag, permissions and id.
struct AclEntry {
    std::uint16_t tag;
    std::uint16_t permissions;
    std::uint32_t id;
};
constexpr std::uint32_t nobody = 0xFFFFFFFF;
Bytes acl_of(const std::vector<AclEntry>& entries) {
    Bytes list{2, 0, 0, 0};
    for (const auto& each : entries) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&each);
        list.insert(list.end(), bytes, bytes + sizeof each);
    }
    return list;
}
/// One user more may read it.
Bytes acl_for(std::uint32_t user) {
    return acl_of({{1, 6, nobody}, {2, 4, user}, {4, 0, nobody}, {0x10, 4, nobody}, {0x20, 0, nobody}});
}

/// False where the file system knows no ACLs.
bool set_acl(const std::string& path, const char* attribute, const Bytes& list) {
    return ::setxattr(path.c_str(), attribute, list.data(), list.size(), 0) == 0;
}

Bytes acl_at(const std::string& path) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return access_list_of(file.get(), path);
}

mode_t mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

/// Runs `action` in a process of that user and group, with no other group; whether it returned true.
bool as_user(uid_t user, gid_t group, const std::function<bool()>& action) {
    pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        bool good =
            ::setresgid(group, group, group) == 0 && ::setgroups(0, nullptr) == 0 && ::setresuid(user, user, user) == 0;
        try {
            ::_exit(good && action() ? 0 : 1);
        } catch (...) {
            ::_exit(2);
        }
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status == 0;
}

}  // namespace

TEST_CASE("a remedy of a driver, which knows no names, gets the unit's") {
    CHECK(units::with_unit_named("chmod o= /srv/UNIT/k; or: rekey units set UNIT --keep-mode online", "gate") ==
          "chmod o= /srv/UNIT/k; or: rekey units set gate --keep-mode online");
    CHECK(units::with_unit_named("rekey units set UNIT --a; rekey units set UNIT --b", "UNIT") ==
          "rekey units set UNIT --a; rekey units set UNIT --b");
    CHECK(units::with_unit_named("", "gate").empty());
    auto error = units::with_unit_named(Error(Code::refused, "no", "rekey units set UNIT --node n"), "gate");
    CHECK(error.code() == Code::refused);
    CHECK(error.hint() == "rekey units set gate --node n");
}

TEST_CASE("the access ACL of a key is copied exactly, and to every key after it") {
    TemporaryFolder place;
    auto unit = DirDriver(open_folder(place.path()));
    renew(unit, "t1");
    auto key = place / "online/current/key.pem";
    auto list = acl_for(1);
    if (!set_acl(key, "system.posix_acl_access", list)) return;
    auto mode = mode_of(key);
    for (std::string token : {"t2", "t3", "t4", "t5"}) {
        CAPTURE(token);
        renew(unit, token);
        CHECK(acl_at(key) == list);
        CHECK(mode_of(key) == mode);
        // Public files have none of it.
        CHECK(acl_at(place / "online/current/cert.pem").empty());
    }
    if (::geteuid() != 0) return;
    ::chmod(place.path().c_str(), 0755);
    auto can_read = [&] { return Descriptor(::open(key.c_str(), O_RDONLY | O_CLOEXEC)).get() >= 0; };
    CHECK(as_user(1, 1, can_read));
    CHECK_FALSE(as_user(65534, 0, can_read));  // the mask is no right of the group
}

TEST_CASE("what a folder hands down is no right to a key") {
    TemporaryFolder place;
    auto unit = DirDriver(open_folder(place.path()));
    renew(unit, "t1");
    auto handed_down = acl_of({{1, 7, nobody}, {2, 7, 12345}, {4, 5, nobody}, {0x10, 7, nobody}, {0x20, 5, nobody}});
    if (!set_acl(place / "online", "system.posix_acl_default", handed_down)) return;
    ::chmod((place / "online/current/key.pem").c_str(), 0640);
    for (std::string token : {"t2", "t3"}) {
        renew(unit, token);
        CHECK(acl_at(place / "online/current/key.pem").empty());
        CHECK(mode_of(place / "online/current/key.pem") == 0640);
    }
}

TEST_CASE("an ACL that lets all users read is kept when that is meant, and refused otherwise") {
    TemporaryFolder place;
    auto unit = DirDriver(open_folder(place.path()));
    auto chain = renew(unit, "t1");
    auto key = place / "online/current/key.pem";
    auto list = acl_of({{1, 6, nobody}, {2, 4, 1}, {4, 0, nobody}, {0x10, 4, nobody}, {0x20, 4, nobody}});
    if (!set_acl(key, "system.posix_acl_access", list)) return;
    CHECK(error_of([&] { unit.create_key(online, {"ec-p256", "t2"}); }).code() == Code::refused);
    CHECK(unit.read(online)->chain == chain);
    CHECK(acl_at(key) == list);
    unit.apply(online, authority().issue(unit.create_key(online, {"ec-p256", "t2", true})));
    CHECK(acl_at(key) == list);
}

TEST_CASE("a group that we are not in, and an owner that we are not, are told before anything is changed") {
    if (::geteuid() != 0) return;
    struct Case {
        uid_t owner;
        gid_t group;
        std::string says;
    };
    for (const auto& [owner, group, says] : {Case{65534, 2, "group 2"}, Case{0, 65534, "user 0"}}) {
        CAPTURE(says);
        TemporaryFolder place;
        REQUIRE(::chown(place.path().c_str(), 65534, 65534) == 0);
        CHECK(as_user(65534, 65534, [&] {
            auto unit = DirDriver(open_folder(place.path()));
            renew(unit, "t1");
            return true;
        }));
        auto key = place / "online/current/key.pem";
        // Read by ACL-less group rights, so that it stays readable to us.
        REQUIRE(::chown(key.c_str(), owner, group) == 0);
        ::chmod(key.c_str(), 0640);
        auto before = must("find " + place.path() + " -printf '%p %i %m %u %g %s\\n' | sort");
        CHECK(as_user(65534, 65534, [&] {
            auto unit = DirDriver(open_folder(place.path()));
            auto told = unit.read(online);
            bool concern =
                told && told->concerns.size() == 1 && told->concerns.front().what.find(says) != std::string::npos;
            try {
                unit.create_key(online, {"ec-p256", "t2"});
            } catch (const Error& error) {
                return concern && error.code() == Code::refused && error.message().find(says) != std::string::npos &&
                       error.hint().find("root") != std::string::npos;
            }
            return false;
        }));
        CHECK(must("find " + place.path() + " -printf '%p %i %m %u %g %s\\n' | sort") == before);
        // The remedy: root may.
        auto unit = DirDriver(open_folder(place.path()));
        renew(unit, "t3");
        struct stat status {};
        REQUIRE(::stat(key.c_str(), &status) == 0);
        CHECK(status.st_uid == owner);
        CHECK(status.st_gid == group);
    }
}

TEST_CASE("a key that is not the certificate's tells nothing of whose the next one is") {
    if (::geteuid() != 0) return;
    TemporaryFolder place;
    auto unit = DirDriver(open_folder(place.path()));
    renew(unit, "t1");
    auto key = place / "online/current/key.pem";
    fs::remove(key);
    write_to(key, "of somebody who wants the next one");
    REQUIRE(::chown(key.c_str(), 12345, 12345) == 0);
    renew(unit, "t2");
    struct stat status {};
    REQUIRE(::stat(key.c_str(), &status) == 0);
    CHECK(status.st_uid == 0);
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("what root makes in the slot of a user is the user's, who can go on with it") {
    if (::geteuid() != 0) return;
    TemporaryFolder place;
    REQUIRE(::chown(place.path().c_str(), 65534, 65534) == 0);
    auto renewed = [&](const std::string& token) {
        return as_user(65534, 65534, [&] {
            auto unit = DirDriver(open_folder(place.path()));
            renew(unit, token);
            return unit.list().front().concerns.empty();
        });
    };
    CHECK(renewed("t1"));
    auto unit = DirDriver(open_folder(place.path()));
    for (std::string token : {"t2", "t3", "t4"}) renew(unit, token);
    CHECK(must("find " + place.path() + " ! -type l ! -user 65534") == "");
    CHECK(renewed("t5"));
    CHECK(renewed("t6"));
}

TEST_CASE("what belongs to somebody else in a user's slot is found, and given back") {
    if (::geteuid() != 0) return;
    TemporaryFolder place;
    REQUIRE(::chown(place.path().c_str(), 65534, 65534) == 0);
    auto unit = DirDriver(open_folder(place.path()));
    for (std::string token : {"t1", "t2", "t3"}) renew(unit, token);
    auto key = place / "online/current/key.pem";
    REQUIRE(::chown(key.c_str(), 4711, 4711) == 0);
    for (std::string name : {"gen", "gen/000002", "gen/000002/token", "gen/000003/cert.pem"})
        REQUIRE(::chown((place / ("online/" + name)).c_str(), 0, 0) == 0);
    auto found = unit.others_belongings();
    CHECK(found.size() == 4);
    auto holdings = unit.list();
    REQUIRE(holdings.front().concerns.size() == 1);
    auto remedy = holdings.front().concerns.front().remedy;
    CHECK(remedy.starts_with("chown 65534:65534 "));
    must(remedy);
    CHECK(unit.others_belongings().empty());
    REQUIRE(::chown((place / "online/gen/000002").c_str(), 0, 0) == 0);
    unit.give_back();
    CHECK(unit.others_belongings().empty());
    // Keys belong to whom they serve.
    struct stat status {};
    REQUIRE(::stat(key.c_str(), &status) == 0);
    CHECK(status.st_uid == 4711);
}
