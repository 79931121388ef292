#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace rekey::units {

/// Runs `/bin/sh -c command` with `input` on its standard input, and waits for it at most `limit`; then it and all that
/// it started are ended. What it leaves running on purpose is not waited for. Its environment is ours with `variables`
/// (`NAME=value`), but without what is meant for rekey itself: `REKEY_…` and the folder of systemd's credentials.
/// Throws Code::failed with exit status or signal and its last words.
void run_command(const std::string& command, std::chrono::milliseconds limit,
                 const std::vector<std::string>& variables = {}, std::string_view input = {});

}  // namespace rekey::units
