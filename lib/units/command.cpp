#include "units/command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <thread>

#include "base/descriptor.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"

extern char** environ;

namespace rekey::units {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t last_words_length = 500;
constexpr off_t output_limit = 1024 * 1024;
constexpr auto time_to_tidy = std::chrono::seconds{3};

[[noreturn]] void fail(std::string_view what, int error) {
    throw Error(Code::failed, fmt::format("{}: {}", what, std::generic_category().message(error)));
}

/// Takes what the command says. Memory, not a pipe: whoever still writes after we have gone gets no
/// SIGPIPE, and nobody has to read it for the command to go on.
class Output {
public:
    Output() : fd_(::memfd_create("rekey-command", MFD_CLOEXEC | MFD_ALLOW_SEALING)) {
        if (!fd_) fail("cannot make room for the output of a command", errno);
        ::fcntl(fd_.get(), F_SETFL, O_APPEND);
    }
    /// What is started by the command may go on writing for years.
    ~Output() { ::fcntl(fd_.get(), F_ADD_SEALS, F_SEAL_GROW); }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    int get() const { return fd_.get(); }

    /// Forgets all but the end when it is much.
    void trim() {
        struct stat status {};
        if (::fstat(fd_.get(), &status) != 0 || status.st_size < output_limit) return;
        kept_ = end_of_file(status.st_size);
        (void)!::ftruncate(fd_.get(), 0);
    }

    std::string last_words() {
        struct stat status {};
        if (::fstat(fd_.get(), &status) == 0) kept_ += end_of_file(status.st_size);
        if (kept_.size() > last_words_length) kept_.erase(0, kept_.size() - last_words_length);
        while (!kept_.empty() && std::strchr(" \t\r\n", kept_.back()) != nullptr) kept_.pop_back();
        return kept_;
    }

private:
    std::string end_of_file(off_t size) const {
        std::array<char, last_words_length> end;
        off_t from = std::max<off_t>(0, size - static_cast<off_t>(end.size()));
        ssize_t got = ::pread(fd_.get(), end.data(), end.size(), from);
        return {end.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
    }

    Descriptor fd_;
    std::string kept_;
};

struct Actions {
    posix_spawn_file_actions_t value;
    Actions() { posix_spawn_file_actions_init(&value); }
    ~Actions() { posix_spawn_file_actions_destroy(&value); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
};

struct Attributes {
    posix_spawnattr_t value;
    Attributes() { posix_spawnattr_init(&value); }
    ~Attributes() { posix_spawnattr_destroy(&value); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
};

/// In a process group of its own, with no signal blocked or ignored, whoever started us.
pid_t spawn(const std::string& command, int output) {
    Actions actions;
    posix_spawn_file_actions_addopen(&actions.value, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions.value, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions.value, output, STDERR_FILENO);
    // The same place from a terminal and from cron, and one that can be unmounted by nobody.
    posix_spawn_file_actions_addchdir_np(&actions.value, "/");

    Attributes attributes;
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes.value, &none);
    posix_spawnattr_setsigdefault(&attributes.value, &all);
    posix_spawnattr_setpgroup(&attributes.value, 0);
    posix_spawnattr_setflags(&attributes.value, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    std::array<std::string, 3> words{"sh", "-c", command};
    std::array<char*, 4> arguments{words[0].data(), words[1].data(), words[2].data(), nullptr};
    pid_t pid = -1;
    int error = posix_spawn(&pid, "/bin/sh", &actions.value, &attributes.value, arguments.data(), environ);
    if (error != 0) fail("cannot run /bin/sh", error);
    return pid;
}

/// Whether it has ended. It stays a zombie, so that its group's number belongs to nobody else.
bool has_ended(pid_t pid) {
    siginfo_t info{};
    int result = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT);
    return result != 0 ? errno == ECHILD : info.si_pid == pid;
}

bool wait_until(pid_t pid, Clock::time_point end, Output& output) {
    auto pause = std::chrono::microseconds{500};
    while (!has_ended(pid)) {
        if (Clock::now() >= end) return false;
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::microseconds{20'000});
        output.trim();
    }
    return true;
}

std::string how_it_ended(int status) {
    if (WIFEXITED(status)) return fmt::format("ended with exit status {}", WEXITSTATUS(status));
    const char* name = ::strsignal(WTERMSIG(status));
    return fmt::format("was ended by signal {} ({})", WTERMSIG(status), name != nullptr ? name : "unknown");
}

std::string in_one_line(const std::string& text) {
    std::string line;
    std::size_t begin = 0;
    while (begin < text.size()) {
        auto end = std::min(text.find('\n', begin), text.size());
        if (end > begin) line += (line.empty() ? "" : " | ") + printable(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return line;
}

}  // namespace

void run_command(const std::string& command, std::chrono::milliseconds limit) {
    if (command.find('\0') != std::string::npos) throw Error(Code::usage, "a command cannot contain a zero byte");
    Output output;
    pid_t pid = spawn(command, output.get());
    bool in_time = wait_until(pid, Clock::now() + limit, output);
    if (!in_time) {
        ::kill(-pid, SIGTERM);
        wait_until(pid, Clock::now() + time_to_tidy, output);
        ::kill(-pid, SIGKILL);
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (in_time && WIFEXITED(status) && WEXITSTATUS(status) == 0) return;

    std::string how = in_time ? how_it_ended(status)
                              : fmt::format("did not end within {} seconds, and was ended",
                                            std::chrono::duration_cast<std::chrono::seconds>(limit).count());
    std::string words = in_one_line(output.last_words());
    throw Error(Code::failed, fmt::format("'{}' {}{}{}", printable(command), how, words.empty() ? "" : ": ", words));
}

}  // namespace rekey::units
