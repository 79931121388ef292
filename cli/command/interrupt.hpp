#pragma once

#include "rekey/base/base.hpp"

namespace rekey::cli {

/// Of this process; requested by Ctrl-C (or SIGTERM) after `stop_on_interrupt`.
StopToken interrupt_token();

/// From now on the first Ctrl-C (or SIGTERM) requests the end, so that what is in flight is finished;
/// the second ends the process at once.
StopToken stop_on_interrupt();

}  // namespace rekey::cli
