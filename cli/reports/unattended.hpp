#pragma once

#include <functional>

#include "command/session.hpp"

namespace rekey::cli {

/// Whether nobody looks on: --quiet or --no-input was given, or neither stdin nor stderr is a terminal, as with cron.
bool is_unattended(const Session& session);

/// Does the work of a command, and returns its exit code or throws as it does. Where nobody looked on, people are then
/// notified of what is new, as [notify] of the configuration says. That this fails is a warning, and no other exit
/// code.
int with_notice(Session& session, const std::function<int()>& work);

}  // namespace rekey::cli
