#pragma once

#include <atomic>

namespace rekey::cli {

/// From now on the first Ctrl-C (or SIGTERM) sets the result, so that what is in flight is finished;
/// the second ends the process at once.
const std::atomic<bool>& stop_on_interrupt();

}  // namespace rekey::cli
