#pragma once

#include <chrono>
#include <string>

namespace rekey::units {

/// Runs `/bin/sh -c command` without input, and waits for it at most `limit`; then it and all that
/// it started are ended. What it leaves running on purpose is not waited for.
/// Throws Code::failed with exit status or signal and its last words.
void run_command(const std::string& command, std::chrono::milliseconds limit);

}  // namespace rekey::units
