#include "units/process/shell_command.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "base/files/folder.hpp"
#include "base/temporary_folder.hpp"
#include "errors.hpp"

using namespace rekey;
using namespace rekey::test;
using units::run_command;
using namespace std::chrono_literals;

namespace {

using SteadyClock = std::chrono::steady_clock;

bool lives(const std::string& pid) { return std::filesystem::exists("/proc/" + pid + "/exe"); }

std::string wait_for_content(const std::string& path) {
    for (int i = 0; i < 500 && content_of(path).empty(); ++i) std::this_thread::sleep_for(10ms);
    std::string content = content_of(path);
    while (!content.empty() && content.back() == '\n') content.pop_back();
    return content;
}

bool ends(const std::string& pid) {
    for (int i = 0; i < 300 && lives(pid); ++i) std::this_thread::sleep_for(10ms);
    return !lives(pid);
}

}  // namespace

TEST_CASE("a failing command is told with its status and its last words") {
    Error error = error_of([] { run_command("echo one; echo two >&2; exit 3", 10s); });
    CHECK(error.code() == Code::failed);
    CHECK(error.message() == "'echo one; echo two >&2; exit 3' ended with exit status 3: one | two");
    CHECK(error_of([] { run_command("exit 7", 10s); }).message() == "'exit 7' ended with exit status 7");
    CHECK(error_of([] { run_command("kill -9 $$", 10s); }).message().find("was ended by signal 9 (Killed)") !=
          std::string::npos);
    CHECK(error_of([] { run_command("/no/such/program", 10s); }).message().find("ended with exit status 127") !=
          std::string::npos);
}

TEST_CASE("what a command says cannot drive a terminal, and is cut off") {
    Error error = error_of([] { run_command("printf '\\033[31mred\\007'; exit 1", 10s); });
    CHECK(error.message().ends_with(": \\x1B[31mred\\x07"));
    error = error_of([] { run_command("yes begin | head -c 100000; echo the end; exit 1", 10s); });
    CHECK(error.message().size() < 1200);
    CHECK(error.message().ends_with("the end"));
}

TEST_CASE("endless output neither stops a command nor fills the memory") {
    auto start = SteadyClock::now();
    CHECK_THROWS_AS(run_command("yes", 300ms), Error);
    CHECK(SteadyClock::now() - start < 20s);
    run_command("head -c 50000000 /dev/zero", 60s);
}

TEST_CASE("a command that succeeds is silent, has no input, and runs at a fixed place") {
    TemporaryFolder place;
    run_command("cat; pwd > " + (place / "out"), 10s);
    CHECK(content_of(place / "out") == "/\n");
}

TEST_CASE("a command is told the variables that it is given, and nothing that is meant for rekey") {
    TemporaryFolder place;
    ::setenv("REKEY_HOME", "/srv/home", 1);
    ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials", 1);
    ::setenv("NOT_FOR_REKEY", "stays", 1);
    run_command("env | grep -E '^(REKEY_|CREDENTIALS_|NOT_FOR)' | LC_ALL=C sort > " + (place / "out"), 10s,
                {"REKEY_UNIT=u1"});
    CHECK(content_of(place / "out") == "NOT_FOR_REKEY=stays\nREKEY_UNIT=u1\n");
    for (const char* name : {"REKEY_HOME", "CREDENTIALS_DIRECTORY", "NOT_FOR_REKEY"}) ::unsetenv(name);
}

TEST_CASE("signals that we ignore or block work in a command") {
    auto before = ::signal(SIGTERM, SIG_IGN);
    sigset_t blocked;
    sigset_t old;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &old);
    CHECK(error_of([] { run_command("kill -TERM $$; exit 0", 10s); }).message().find("signal 15") != std::string::npos);
    CHECK(error_of([] { run_command("kill -USR1 $$; exit 0", 10s); }).message().find("signal 10") != std::string::npos);
    ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
    ::signal(SIGTERM, before);
}

TEST_CASE("a command that takes too long is ended, with all that it started") {
    TemporaryFolder place;
    auto start = SteadyClock::now();
    Error error = error_of(
        [&] { run_command("sleep 1000 & echo $! > " + (place / "pid") + "; echo working; wait; echo never", 400ms); });
    CHECK(SteadyClock::now() - start < 20s);
    CHECK(error.message().find("did not end within 0 seconds, and was ended: working") != std::string::npos);
    CHECK(ends(wait_for_content(place / "pid")));
}

TEST_CASE("a command that ignores being asked to end is killed") {
    TemporaryFolder place;
    CHECK_THROWS_AS(run_command("trap '' TERM; (trap '' TERM; echo $BASHPID$$ >/dev/null; sh -c 'echo $$ > " +
                                    (place / "pid") + "; while :; do sleep 1; done') & wait",
                                400ms),
                    Error);
    CHECK(ends(wait_for_content(place / "pid")));
}

TEST_CASE("a daemon that a command starts does not hold us up, lives on, and can go on writing") {
    TemporaryFolder place;
    auto start = SteadyClock::now();
    run_command("sh -c 'trap \"echo PIPE > " + (place / "signal") + "\" PIPE; echo $$ > " + (place / "pid") +
                    "; while :; do echo log line; sleep 0.05; done' & echo started",
                30s);
    CHECK(SteadyClock::now() - start < 20s);
    std::string pid = wait_for_content(place / "pid");
    std::this_thread::sleep_for(500ms);
    CHECK(lives(pid));
    CHECK_FALSE(std::filesystem::exists(place / "signal"));
    ::kill(std::stoi(pid), SIGKILL);
}

TEST_CASE("a command does not see what we have open") {
    TemporaryFolder place;
    auto held = open_folder(place.path())->lock(0);
    run_command("ls -l /proc/self/fd > " + (place / "open"), 10s);
    auto open = content_of(place / "open");
    CHECK(open.find(" 0 -> /dev/null") != std::string::npos);
    CHECK(open.find(" 2 -> /memfd:rekey-command") != std::string::npos);
    CHECK(open.find("memfd") == open.rfind("memfd"));
    CHECK(open.find(place.path() + "\n") == std::string::npos);
}
