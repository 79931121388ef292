#pragma once

#include <csignal>
#include <cstddef>
#include <iterator>

#include "rekey/base/base.hpp"

namespace rekey::cli {

/// Of this process; requested by Ctrl-C (or SIGTERM) after `stop_on_interrupt`, or while somebody is asked.
StopToken interrupt_token();

/// From now on the first Ctrl-C (or SIGTERM) requests the end, so that what is in flight is finished;
/// the second ends the process at once.
StopToken stop_on_interrupt();

/// While somebody is asked: Ctrl-C (or SIGTERM) requests the end, and ends the wait. Before and after, these signals do
/// what they did; those that are ignored stay so.
class InterruptibleWait {
public:
    InterruptibleWait();
    ~InterruptibleWait();
    InterruptibleWait(const InterruptibleWait&) = delete;
    InterruptibleWait& operator=(const InterruptibleWait&) = delete;

    /// Until there is something to read, or the input's end. False once the end was requested.
    bool until_readable(int input) const;

private:
    static constexpr int signals[] = {SIGINT, SIGTERM};
    struct sigaction former_actions_[std::size(signals)]{};
    sigset_t former_mask_{};
};

}  // namespace rekey::cli
