#include "units/process/spawn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

#include "base/files/descriptor.hpp"
#include "rekey/base/base.hpp"

extern char** environ;

namespace rekey::units {

namespace {

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

std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace

pid_t spawn(const std::string& path, std::vector<std::string> arguments, std::vector<std::string> environment,
            const Streams& streams, const char* folder) {
    Actions actions;
    posix_spawn_file_actions_adddup2(&actions.value, streams.in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions.value, streams.out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions.value, streams.error, STDERR_FILENO);
    if (folder != nullptr) posix_spawn_file_actions_addchdir_np(&actions.value, folder);

    Attributes attributes;
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes.value, &none);
    posix_spawnattr_setsigdefault(&attributes.value, &all);
    posix_spawnattr_setpgroup(&attributes.value, 0);
    posix_spawnattr_setflags(&attributes.value, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    auto words = pointers_to(arguments);
    auto variables = pointers_to(environment);
    pid_t pid = -1;
    int error = posix_spawn(&pid, path.c_str(), &actions.value, &attributes.value, words.data(), variables.data());
    if (error != 0)
        throw Error(Code::failed,
                    fmt::format("cannot run {}: {}", printable(path), std::generic_category().message(error)));
    return pid;
}

std::vector<std::string> environment_with(const std::vector<std::string>& more) {
    std::vector<std::string> variables = more;
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
        std::string_view variable = *each;
        auto name = variable.substr(0, variable.find('=') + 1);
        if (std::none_of(more.begin(), more.end(), [&](const std::string& given) { return given.starts_with(name); }))
            variables.emplace_back(variable);
    }
    return variables;
}

bool has_ended(pid_t pid) {
    siginfo_t info{};
    int result = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT);
    return result != 0 ? errno == ECHILD : info.si_pid == pid;
}

namespace {

/// Readable once the process has ended. None where the system has no such thing (Linux before 5.3, or a filter).
Descriptor process_descriptor(pid_t pid) { return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

int milliseconds_until(std::chrono::steady_clock::time_point end) {
    constexpr std::int64_t longest = 60'000;
    auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, longest));
}

/// Whether there is nothing to wait for any more: it ended, or `end` has come.
bool await(const Descriptor& process, std::chrono::steady_clock::time_point end) {
    pollfd ended{process.get(), POLLIN, 0};
    int left = milliseconds_until(end);
    return ::poll(&ended, 1, left) > 0 || left == 0;
}

}  // namespace

bool wait_until(pid_t pid, std::chrono::steady_clock::time_point end) {
    if (has_ended(pid)) return true;
    if (auto process = process_descriptor(pid)) {
        while (!await(process, end)) {
        }
        return has_ended(pid);
    }
    auto pause = std::chrono::microseconds{500};
    while (!has_ended(pid)) {
        if (std::chrono::steady_clock::now() >= end) return false;
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::microseconds{20'000});
    }
    return true;
}

int reap(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
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
        auto last = end;
        while (last > begin && text[last - 1] == '\r') --last;
        if (last > begin) line += (line.empty() ? "" : " | ") + printable(text.substr(begin, last - begin));
        begin = end + 1;
    }
    return line;
}

}  // namespace rekey::units
