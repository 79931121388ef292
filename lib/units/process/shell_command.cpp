#include "units/process/shell_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "base/files/descriptor.hpp"
#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "units/process/spawn.hpp"

namespace rekey::units {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t last_words_length = 500;
constexpr auto time_to_tidy = std::chrono::seconds{3};

[[noreturn]] void fail(std::string_view what, int error) {
    throw Error(Code::failed, fmt::format("{}: {}", what, std::generic_category().message(error)));
}

/// Keeps the output of the command. Memory, not a pipe: a process that still writes after our exit gets no
/// SIGPIPE, and nobody has to read for the command to continue.
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
        if (::fstat(fd_.get(), &status) != 0 || status.st_size < limits::command_output) return;
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

/// What a command of a service need not know: where the home is, and where the passphrase of its seal is.
bool is_for_rekey(const std::string& variable) {
    return variable.starts_with("REKEY_") || variable.starts_with("CREDENTIALS_DIRECTORY=");
}

std::vector<std::string> environment_for_command(const std::vector<std::string>& variables) {
    auto environment = environment_with({});
    std::erase_if(environment, is_for_rekey);
    environment.insert(environment.end(), variables.begin(), variables.end());
    return environment;
}

/// What a command reads. Memory, not a pipe: a command that reads none of it does not make us wait.
Descriptor input_with(std::string_view content) {
    if (content.empty()) {
        Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        if (!nothing) fail("cannot open /dev/null", errno);
        return nothing;
    }
    Descriptor input(::memfd_create("rekey-input", MFD_CLOEXEC));
    if (!input) fail("cannot make room for the input of a command", errno);
    while (!content.empty()) {
        auto written = ::write(input.get(), content.data(), content.size());
        if (written < 0 && errno != EINTR) fail("cannot write the input of a command", errno);
        if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::lseek(input.get(), 0, SEEK_SET) != 0) fail("cannot rewind the input of a command", errno);
    return input;
}

pid_t start(const std::string& command, int output, const std::vector<std::string>& variables,
            std::string_view content) {
    auto input = input_with(content);
    // The same place from a terminal and from cron, and one that can be unmounted by nobody.
    return spawn("/bin/sh", {"sh", "-c", command}, environment_for_command(variables), {input.get(), output, output},
                 "/");
}

bool wait_until(pid_t pid, Clock::time_point end, Output& output) {
    constexpr auto glance = std::chrono::milliseconds{20};
    while (!units::wait_until(pid, std::min(end, Clock::now() + glance))) {
        if (Clock::now() >= end) return false;
        output.trim();
    }
    return true;
}

}  // namespace

void run_command(const std::string& command, std::chrono::milliseconds limit, const std::vector<std::string>& variables,
                 std::string_view input) {
    if (command.find('\0') != std::string::npos) throw Error(Code::usage, "a command cannot contain a zero byte");
    Output output;
    pid_t pid = start(command, output.get(), variables, input);
    bool in_time = wait_until(pid, Clock::now() + limit, output);
    if (!in_time) {
        ::kill(-pid, SIGTERM);
        wait_until(pid, Clock::now() + time_to_tidy, output);
        ::kill(-pid, SIGKILL);
    }
    int status = reap(pid);
    if (in_time && WIFEXITED(status) && WEXITSTATUS(status) == 0) return;

    std::string how = in_time ? how_it_ended(status)
                              : fmt::format("did not end within {} seconds, and was ended",
                                            std::chrono::duration_cast<std::chrono::seconds>(limit).count());
    std::string words = in_one_line(output.last_words());
    throw Error(Code::failed, fmt::format("'{}' {}{}{}", printable(command), how, words.empty() ? "" : ": ", words));
}

}  // namespace rekey::units
