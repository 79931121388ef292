#include "command/interrupt.hpp"

#include <atomic>
#include <csignal>

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

}  // namespace rekey::cli
