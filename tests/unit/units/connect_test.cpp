#include "units/connect/connect.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "base/temporary_folder.hpp"
#include "errors.hpp"
#include "units/connect/launch.hpp"
#include "units/driver/driver.hpp"
#include "units/helper/ssh.hpp"
#include "units/process/program.hpp"

using namespace rekey;
using namespace rekey::test;
using units::connect;
using units::normalised_address;

TEST_CASE("what is no address is refused, and says how one looks") {
    for (std::string text : {"", "/srv/unit-1", "unit-1", "dir:", ":x", "DIR:/x", "-o:x", "dir:/a\nb", "dir:/\x1B[31m",
                             "ssh://root@unit-1", "dir:/\xFF"}) {
        CAPTURE(text);
        Error error = error_of([&] { normalised_address(text); });
        CHECK(error.code() == Code::usage);
        CHECK_FALSE(error.hint().empty());
        CHECK(error_of([&] { connect(text); }).code() == Code::usage);
    }
    CHECK(error_of([] { normalised_address("/srv/unit-1"); }).hint() ==
          "for a folder of this machine: dir:/srv/unit-1");
    CHECK(error_of([] { normalised_address("ssh://x"); }).message() == "'ssh://x' names no folder");
    CHECK(error_of([] { normalised_address("foo:"); }).message() == "the address 'foo:' says nothing after its scheme");
    Error missing = error_of([] { connect("no-such:x"); });
    CHECK(missing.code() == Code::usage);
    CHECK(missing.message() == "there is no helper for 'no-such' addresses");
    CHECK(missing.hint().find("/rekey-unit-no-such nor in a folder of $PATH") != std::string::npos);
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

TEST_CASE("ssh: user, host, port and path") {
    auto full = units::ssh::parse("//me@host.example:0222/srv//unit/./1/");
    CHECK(full.user == "me");
    CHECK(full.host == "host.example");
    CHECK(full.port == "222");
    CHECK(full.path == "/srv/unit/1");
    auto least = units::ssh::parse("//h/");
    CHECK((least.user + least.port).empty());
    CHECK(least.path == "/");
    auto six = units::ssh::parse("//u@[2001:db8::1%eth0]:65535/a b");
    CHECK(six.host == "2001:db8::1%eth0");
    CHECK(six.path == "/a b");
    for (std::string same : {"ssh://h/a", "ssh://u@h:22/a", "ssh://[::1]/a", "ssh://[::1]:2/a", "ssh://my_alias/a@b:7"})
        CHECK(normalised_address(same) == same);
    for (std::string wrong :
         {"",          "//",       "///x",       "//h",     "h/x",         "//-h/x",     "//u@-h/x",
          "//-u@h/x",  "//@h/x",   "//h:/x",     "//h:0/x", "//h:65536/x", "//h:-1/x",   "//h:1e3/x",
          "//h:22 /x", "//h h/x",  "//h;x/x",    "//h$x/x", "//h`x`/x",    "//h|x/x",    "//u:p@h/x",
          "//a@b@h/x", "//[::1/x", "//[::1]x/x", "//[h]/x", "//[-:]/x",    "//[::1]:/x", "//%68/x"}) {
        CAPTURE(wrong);
        CHECK(error_of([&] { units::ssh::parse(wrong); }).code() == Code::usage);
    }
    CHECK_THROWS_AS(units::ssh::parse("//" + std::string(256, 'h') + "/x"), Error);
}

TEST_CASE("ssh: what is handed to it") {
    ::setenv("REKEY_SSH", "/bin/true", 1);
    auto launch = units::launch_for("ssh://me@[::1]:2222/srv/a;b", {std::chrono::seconds{10}});
    CHECK(launch.program == "/bin/true");
    CHECK(launch.arguments == std::vector<std::string>{"/bin/true", "-T", "-a", "-x", "-o", "BatchMode=yes", "-o",
                                                       "ConnectTimeout=5", "-p", "2222", "-l", "me", "--", "::1",
                                                       "rekey agent --stdio"});
    CHECK(launch.address == "dir:/srv/a;b");
    CHECK(launch.environment == std::vector<std::string>{"LC_ALL=C"});
    ::setenv("REKEY_SSH", "/nowhere/ssh", 1);
    CHECK(error_of([] { units::launch_for("ssh://h/x", {}); }).code() == Code::usage);
    ::unsetenv("REKEY_SSH");
}

TEST_CASE("ssh: what its end means") {
    auto explain = [](int code, const std::string& words) { return units::ssh::explain("ssh to h", code << 8, words); };
    const std::vector<std::pair<std::string, std::string>> known{
        {"No ED25519 host key is known for h and you have requested strict checking. | Host key verification failed.",
         "ssh to h: the key of the host is not known: Host key verification failed."},
        {"banner | u@h: Permission denied (publickey).",
         "ssh to h: the login is refused: u@h: Permission denied (publickey)."},
        {"ssh: Could not resolve hostname h: Name or service not known",
         "ssh to h: the name of the host is not known: ssh: Could not resolve hostname h: Name or service not known"},
        {"ssh: connect to host h port 22: Connection refused",
         "ssh to h: the connection is refused: ssh: connect to host h port 22: Connection refused"},
        {"Connection timed out during banner exchange",
         "ssh to h: the host does not answer in time: Connection timed out during banner exchange"},
        {"something else", "ssh to h ended with exit status 255 instead of answering: something else"},
        {"", "ssh to h ended with exit status 255 instead of answering"}};
    for (const auto& [words, message] : known) {
        auto error = explain(255, words);
        CHECK(error.code() == Code::unreachable);
        CHECK(error.message() == message);
    }
    auto changed = explain(255,
                           "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @ | Offending ECDSA key in /k:3 | "
                           "Host key verification failed.");
    CHECK(changed.code() == Code::refused);
    CHECK(changed.message() == "ssh to h: the host shows another key than the known one: Offending ECDSA key in /k:3");
    CHECK(explain(127, "sh: 1: rekey: not found").message() ==
          "ssh to h: there is no 'rekey' to run on the other side: sh: 1: rekey: not found");
    CHECK(explain(2, "rekey: there is no command 'rekey agent'").message().find("too old") != std::string::npos);
    // The other side may say anything; only ssh's own end counts for the first ones.
    CHECK(explain(1, "Permission denied (publickey)").message().starts_with("ssh to h ended with exit status 1"));
}

TEST_CASE("programs: relative folders of PATH are passed over") {
    TemporaryFolder place;
    write_to(place / "rekey-unit-x", "#!/bin/sh\n");
    std::filesystem::permissions(place / "rekey-unit-x", std::filesystem::perms::owner_all);
    write_to(place / "rekey-unit-flat", "");
    std::string before = std::getenv("PATH");
    ::setenv("PATH", (":.:" + place.path()).c_str(), 1);
    CHECK(units::find_helper("x") == place / "rekey-unit-x");
    CHECK_THROWS_AS(units::find_helper("flat"), Error);
    ::setenv("PATH", "", 1);
    CHECK_FALSE(units::find_program("rekey-unit-x").has_value());
    ::setenv("PATH", before.c_str(), 1);
    CHECK(units::find_program(place / "rekey-unit-x") == place / "rekey-unit-x");
}
