#include "input/interrupt.hpp"

#include <poll.h>

#include <atomic>
#include <cerrno>

namespace rekey::cli {

namespace {

std::atomic<bool> stop_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

void request_stop(int signal) {
    stop_requested = true;
    std::signal(signal, SIG_DFL);
}

}  // namespace

StopToken interrupt_token() { return stop_requested; }

StopToken stop_on_interrupt() {
    std::signal(SIGINT, request_stop);
    std::signal(SIGTERM, request_stop);
    return interrupt_token();
}

InterruptibleWait::InterruptibleWait() {
    // They come only while `until_readable` waits: one that came just before would not end it.
    sigset_t blocked{};
    sigemptyset(&blocked);
    for (int signal : signals) sigaddset(&blocked, signal);
    sigprocmask(SIG_BLOCK, &blocked, &former_mask_);
    struct sigaction action {};
    action.sa_handler = request_stop;
    for (std::size_t i = 0; i < std::size(signals); ++i) {
        sigaction(signals[i], nullptr, &former_actions_[i]);
        if (former_actions_[i].sa_handler != SIG_IGN) sigaction(signals[i], &action, nullptr);
    }
}

InterruptibleWait::~InterruptibleWait() {
    // Once the end was requested, the next Ctrl-C ends the process at once.
    if (!interrupt_token().requested())
        for (std::size_t i = 0; i < std::size(signals); ++i) sigaction(signals[i], &former_actions_[i], nullptr);
    sigprocmask(SIG_SETMASK, &former_mask_, nullptr);
}

bool InterruptibleWait::until_readable(int input) const {
    pollfd wanted{input, POLLIN, 0};
    while (!interrupt_token().requested())
        // What cannot be waited for is read, and the reader sees why.
        if (ppoll(&wanted, 1, nullptr, &former_mask_) >= 0 || errno != EINTR) return true;
    return false;
}

}  // namespace rekey::cli
