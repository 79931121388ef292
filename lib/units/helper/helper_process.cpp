#include "units/helper/helper_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

#include "base/limits.hpp"
#include "rekey/base/base.hpp"
#include "units/helper/protocol.hpp"

namespace rekey::units {

namespace {

constexpr std::size_t most_words = 500;
/// For what it does when its input ends; then it is ended.
constexpr auto time_to_end = std::chrono::milliseconds{2000};

struct Pipe {
    Descriptor read;
    Descriptor write;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw Error(Code::failed, fmt::format("cannot make a pipe: {}", std::generic_category().message(errno)),
                    "lower --jobs, or raise the limit of open files: ulimit -n");
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void unblock(const Descriptor& fd) { ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK); }

/// No SIGPIPE of ours reaches this thread while it lives, whatever the program does with that signal.
class NoPipeSignal {
public:
    NoPipeSignal() {
        sigset_t waiting;
        sigpending(&waiting);
        waited_ = sigismember(&waiting, SIGPIPE) == 1;
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~NoPipeSignal() {
        const timespec now{0, 0};
        if (!waited_)
            while (sigtimedwait(&pipe_, nullptr, &now) < 0 && errno == EINTR) {
            }
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    NoPipeSignal(const NoPipeSignal&) = delete;
    NoPipeSignal& operator=(const NoPipeSignal&) = delete;

private:
    sigset_t pipe_{};
    sigset_t before_{};
    bool waited_ = false;
};

/// Adds what there is, up to `most` bytes, to `text`. False at the end.
bool read_some(const Descriptor& fd, std::size_t most, std::string& text) {
    std::array<char, 16'384> piece;
    ssize_t got = ::read(fd.get(), piece.data(), std::min(most, piece.size()));
    if (got > 0) text.append(piece.data(), static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

std::string quoted_start(const std::string& text) {
    constexpr std::size_t shown = 60;
    return text.size() <= shown ? printable(text) : printable(text.substr(0, shown)) + "...";
}

}  // namespace

Child::Child(Launch launch) : launch_(std::move(launch)) {
    auto in = make_pipe();
    auto out = make_pipe();
    auto error = make_pipe();
    pid_ = spawn(launch_.program, launch_.arguments, environment_with(launch_.environment),
                 {in.read.get(), out.write.get(), error.write.get()});
    in_ = std::move(in.write);
    out_ = std::move(out.read);
    error_ = std::move(error.read);
    for (const auto* fd : {&in_, &out_, &error_}) unblock(*fd);
}

Child::~Child() { end(time_to_end); }

bool Child::ends(std::chrono::milliseconds patience) {
    in_.close();
    bool in_time = wait_until(pid_, Clock::now() + patience);
    end(std::chrono::milliseconds{0});
    return in_time;
}

int Child::end(std::chrono::milliseconds patience) {
    if (pid_ < 0) return 0;
    in_.close();
    wait_until(pid_, Clock::now() + patience);
    // Its group too, which may have outlived it: until it is reaped, the number is nobody else's.
    ::kill(-pid_, SIGKILL);
    while (error_ && read_error()) {
        pollfd more{error_.get(), POLLIN, 0};
        if (::poll(&more, 1, 0) <= 0) break;
    }
    out_.close();
    error_.close();
    return reap(std::exchange(pid_, -1));
}

std::string Child::words() const {
    return in_one_line(cries_.size() > most_words ? cries_.substr(cries_.size() - most_words) : cries_);
}

void Child::fail(const std::string& what, const std::string& hint) {
    end(std::chrono::milliseconds{0});
    given_up_ = fmt::format("{} breaks the protocol: {}", launch_.who, what);
    throw Error(Code::failed, given_up_, hint);
}

void Child::tell_end() {
    int status = end(time_to_end);
    given_up_ = fmt::format("{} {}", launch_.who, how_it_ended(status));
    if (launch_.explain) throw launch_.explain(status, in_one_line(cries_));
    throw Error(Code::unreachable,
                fmt::format("{} instead of answering{}{}", given_up_, cries_.empty() ? "" : ": ", words()));
}

void Child::tell_silence(std::chrono::milliseconds deadline) {
    end(std::chrono::milliseconds{0});
    silent_ = true;
    given_up_ = fmt::format("{} gave no answer within {:g} seconds", launch_.who,
                            std::chrono::duration<double>(deadline).count());
    throw Error(Code::unreachable, fmt::format("{}{}{}", given_up_, cries_.empty() ? "" : ": ", words()),
                "is it slow? then raise `deadline` in the configuration");
}

/// Whether there is something to do before `end`.
bool Child::wait(bool writing, Clock::time_point end) {
    std::array<pollfd, 3> watched{pollfd{out_.get(), POLLIN, 0}, pollfd{error_ ? error_.get() : -1, POLLIN, 0},
                                  pollfd{writing ? in_.get() : -1, POLLOUT, 0}};
    for (;;) {
        auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
        if (left <= 0) return false;
        int ready = ::poll(watched.data(), watched.size(), static_cast<int>(std::min<std::int64_t>(left, 60'000)));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR)
            throw Error(Code::failed, fmt::format("poll: {}", std::generic_category().message(errno)));
    }
}

void Child::write(std::string& line) {
    NoPipeSignal quiet;
    ssize_t written = ::write(in_.get(), line.data(), line.size());
    if (written > 0) line.erase(0, static_cast<std::size_t>(written));
    // Whether it ended, or only reads no more, its output will show.
    if (written < 0 && errno == EPIPE) line.clear();
}

bool Child::read_out() { return read_some(out_, limits::helper_line + 1 - said_.size(), said_); }

bool Child::read_error() {
    bool more = read_some(error_, limits::helper_stderr, cries_);
    if (cries_.size() > limits::helper_stderr) cries_.erase(0, cries_.size() - limits::helper_stderr);
    return more;
}

std::string Child::exchange(std::string line, std::chrono::milliseconds deadline) {
    if (pid_ < 0)
        throw Error(Code::unreachable, fmt::format("the connection was given up before: {}", given_up_),
                    "the next run connects again");
    if (!said_.empty()) fail(fmt::format("it says '{}' without being asked", quoted_start(said_)));
    auto end = Clock::now() + deadline;
    std::size_t looked = 0;
    for (;;) {
        auto feed = said_.find('\n', looked);
        looked = std::min(feed, said_.size());
        if (feed < limits::helper_line && line.empty()) {
            auto answer = std::exchange(said_, said_.substr(feed + 1));
            answer.resize(feed);
            return answer;
        }
        if (said_.size() >= limits::helper_line && feed >= limits::helper_line)
            fail(fmt::format("a line longer than {} bytes: '{}'", limits::helper_line, quoted_start(said_)));
        if (!wait(!line.empty(), end)) tell_silence(deadline);
        if (!line.empty()) write(line);
        if (error_ && !read_error()) error_.close();
        if (!read_out()) tell_end();
    }
}

}  // namespace rekey::units
